package ratelimit

import "context"

// takeByStage is take in a cluster, where the windows of an attempt lie on different nodes. It
// counts in each by itself, those of one stage at a time, and gives a refused attempt back.
func (s *redisStore) takeByStage(ctx context.Context, windows []window) ([]counted, error) {
	var all []counted
	for n := range stages {
		counts, err := s.add(ctx, inStage(windows, n), 1)
		if err != nil {
			return nil, err
		}
		all = append(all, counts...)
		if anyFull(counts) {
			s.giveBack(ctx, all)
			break
		}
	}
	return all, nil
}

func inStage(windows []window, n int) (stage []window) {
	for _, w := range windows {
		if w.stage == n {
			stage = append(stage, w)
		}
	}
	return stage
}

// add counts an attempt in each window that is not full; with n = -1 it gives one back to each.
func (s *redisStore) add(ctx context.Context, windows []window, n int64) ([]counted, error) {
	fares := make([]*fare, len(windows))
	for i := range windows {
		fares[i] = newFare(windows[i:i+1], n)
	}
	s.board(fares...)
	var all []counted
	for _, f := range fares {
		counts, err := f.wait(ctx)
		if err != nil {
			return nil, err
		}
		all = append(all, counts...)
	}
	return all, nil
}

// aboutToEnd covers the way from counting to giving back, with room to spare.
const aboutToEnd = 10 * takeTimeout

// giveBack takes a refused attempt out of the windows that it was counted in, but for those about
// to end: it could be taken out of the next one.
func (s *redisStore) giveBack(ctx context.Context, all []counted) {
	var windows []window
	for _, c := range all {
		if !c.full() && c.left > aboutToEnd {
			windows = append(windows, c.window)
		}
	}
	_, _ = s.add(ctx, windows, -1) // the refusal stands even if this fails
}
