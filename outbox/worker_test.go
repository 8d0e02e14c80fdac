package outbox_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"assent/consent"
	"assent/outbox"

	"go.opentelemetry.io/otel/trace"
)

const week = 7 * 24 * time.Hour

// bench is a worker with what it needs, on a fake clock.
type bench struct {
	*queue
	*provider
	worker     *outbox.Worker
	suppressed []consent.Reason
	perHour    int
	poll       time.Duration // 0: as by default
	brake      *outbox.Brake
	tracer     trace.Tracer // nil: none
	log        *strings.Builder
	lock       sync.Mutex
}

// Write is where the log goes.
func (b *bench) Write(line []byte) (int, error) {
	b.lock.Lock()
	defer b.lock.Unlock()
	return b.log.Write(line)
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{queue: newQueue(), provider: &provider{}, log: &strings.Builder{}}
	return b
}

func (b *bench) newWorker(t *testing.T) *outbox.Worker {
	t.Helper()
	b.brake = outbox.NewBrake(b.Sent, b.perHour)
	return outbox.NewWorker(outbox.Options{
		Channel: consent.Email, Queue: b.queue, Composer: composer(t, shop(), "https://consent.example"),
		Sender: outbox.SenderFunc(func(ctx context.Context, l outbox.Letter) error { return b.Send(ctx, l.ID) }),
		Brake:  b.brake, Lifetime: week, Poll: b.poll, Tracer: b.tracer, Log: slog.New(slog.NewTextHandler(b, nil)),
		Suppress: func(_ context.Context, _ consent.ContactID, why consent.Reason) error {
			b.suppressed = append(b.suppressed, why)
			return nil
		},
		Delivered: func(consent.Channel, consent.Delivery, time.Duration) {},
	})
}

// work runs the test beside a working worker, on a fake clock.
func work(t *testing.T, prepare func(b *bench), test func(t *testing.T, b *bench)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		prepare(b)
		b.worker = b.newWorker(t)
		b.worker.Start()
		test(t, b)
		if b.worker != nil {
			b.worker.Stop(t.Context())
		}
		for _, private := range []string{"Anna", "xample.com"} {
			if strings.Contains(b.log.String(), private) {
				t.Errorf("the log names %s:\n%s", private, b.log)
			}
		}
	})
}

// pass lets time pass: a bubble's clock jumps as soon as nobody has anything to do.
func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

func TestWhatIsQueuedIsSentOnce(t *testing.T) {
	work(t, func(b *bench) {
		for n := range byte(50) {
			b.add(n)
		}
	}, func(t *testing.T, b *bench) {
		pass(time.Hour)
		if times := b.times(); len(times) != 50 || times[49] != 1 {
			t.Errorf("handed over %v times", times)
		}
		if got := b.statuses(); got[consent.Sent] != 50 {
			t.Errorf("written down as %v", got)
		}
	})
}

func TestAKickSendsAtOnce(t *testing.T) {
	work(t, func(*bench) {}, func(t *testing.T, b *bench) {
		synctest.Wait() // idle
		start := time.Now()
		b.add(1)
		b.worker.Kick()
		<-b.finished
		if waited := time.Since(start); waited > 0 {
			t.Errorf("it waits %v", waited)
		}
	})
}

func TestWithoutAKickItIsFoundWithinASecond(t *testing.T) {
	work(t, func(*bench) {}, func(t *testing.T, b *bench) {
		synctest.Wait()
		start := time.Now()
		b.add(1) // by another process
		<-b.finished
		if waited := time.Since(start); waited > time.Second {
			t.Errorf("it waits %v", waited)
		}
	})
}

func TestWorkersShareTheWork(t *testing.T) {
	work(t, func(b *bench) {
		for n := range byte(100) {
			b.add(n)
		}
	}, func(t *testing.T, b *bench) {
		second := b.newWorker(t)
		second.Start()
		pass(time.Minute)
		second.Stop(t.Context())
		if times := b.times(); len(times) != 100 || times[99] != 1 {
			t.Errorf("handed over %v times", times)
		}
	})
}

func TestATemporaryFailureIsTriedAgainUntilItPasses(t *testing.T) {
	work(t, func(b *bench) {
		b.add(1)
		b.answer = func(_ context.Context, attempt int, _ string) error {
			if attempt <= 5 {
				return refusal{}
			}
			return nil
		}
	}, func(t *testing.T, b *bench) {
		pass(time.Hour)
		if got := b.statuses(); got[consent.Sent] != 1 || !slices.Equal(b.times(), []int{6}) {
			t.Errorf("%v after %v attempts", got, b.times())
		}
	})
}

func TestAfterThreeDaysOfFailuresItIsParked(t *testing.T) {
	work(t, func(b *bench) {
		b.poll = time.Minute
		b.add(1)
		b.answer = func(context.Context, int, string) error { return errors.New("connection refused") }
	}, func(t *testing.T, b *bench) {
		pass(2 * 24 * time.Hour)
		if got := b.statuses(); got[consent.Waiting] != 1 {
			t.Fatalf("after two days: %v", got)
		}
		pass(3 * 24 * time.Hour)
		if got := b.statuses(); got[consent.Parked] != 1 || b.messages[0].Reason != "connection refused" {
			t.Errorf("after five days: %v because %q", got, b.messages[0].Reason)
		}
	})
}

func TestAPermanentFailureIsParkedAtOnce(t *testing.T) {
	for name, tt := range map[string]struct {
		answer     refusal
		suppressed []consent.Reason
	}{
		"refused":         {refusal{permanent: true}, nil},
		"no such mailbox": {refusal{permanent: true, nobody: true}, []consent.Reason{consent.Bounced}},
		"STOP":            {refusal{permanent: true, stopped: true}, []consent.Reason{consent.OptedOut}},
	} {
		t.Run(name, func(t *testing.T) {
			work(t, func(b *bench) {
				b.add(1)
				b.answer = func(context.Context, int, string) error { return tt.answer }
			}, func(t *testing.T, b *bench) {
				pass(time.Hour)
				if got := b.statuses(); got[consent.Parked] != 1 || !slices.Equal(b.times(), []int{1}) || b.messages[0].Reason != "550 5.1.1" {
					t.Errorf("%v because %q after %v attempts", got, b.messages[0].Reason, b.times())
				}
				if !slices.Equal(b.suppressed, tt.suppressed) {
					t.Errorf("suppressed because %v, want %v", b.suppressed, tt.suppressed)
				}
			})
		})
	}
}

func TestWhatBecameMootIsNotSent(t *testing.T) {
	work(t, func(b *bench) {
		m := b.add(1)
		st := b.states[m.Contact]
		st.Contact.Suppression = consent.Suppression{Reason: consent.Complained}
		b.states[m.Contact] = st
	}, func(t *testing.T, b *bench) {
		pass(time.Hour)
		if got := b.statuses(); got[consent.Dropped] != 1 || b.attempts() > 0 || b.messages[0].Reason != "SUPPRESSED" {
			t.Errorf("%v because %q, handed over %v", got, b.messages[0].Reason, b.letters)
		}
	})
}

func TestOneBadMessageSpoilsNoOther(t *testing.T) {
	work(t, func(b *bench) {
		for n := range byte(8) {
			b.add(n)
		}
		bad := numbered(3).String()
		b.answer = func(_ context.Context, _ int, id string) error {
			if id == bad {
				panic("anna@example.com")
			}
			return nil
		}
	}, func(t *testing.T, b *bench) {
		pass(10 * time.Second)
		if got := b.statuses(); got[consent.Sent] != 7 || got[consent.Waiting] != 1 {
			t.Errorf("got %v", got)
		}
	})
}

// With a provider that takes as long as it may, no message is under way twice at a time.
func TestASlowProviderGetsNothingTwice(t *testing.T) {
	work(t, func(b *bench) {
		for n := range byte(20) {
			b.add(n)
		}
		b.answer = func(ctx context.Context, _ int, _ string) error {
			select {
			case <-time.After(59 * time.Second):
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}, func(t *testing.T, b *bench) {
		pass(time.Hour)
		if times := b.times(); len(times) != 20 || times[19] != 1 {
			t.Errorf("handed over %v times", times)
		}
	})
}

func TestASilentProviderIsGivenUp(t *testing.T) {
	work(t, func(b *bench) {
		b.add(1)
		b.answer = func(ctx context.Context, attempt int, _ string) error {
			if attempt == 1 {
				<-ctx.Done()
				return ctx.Err()
			}
			return nil
		}
	}, func(t *testing.T, b *bench) {
		pass(5 * time.Minute)
		if got := b.statuses(); got[consent.Sent] != 1 {
			t.Errorf("got %v", got)
		}
	})
}

func TestStoppingFinishesWhatIsUnderWayAndGivesBackTheRest(t *testing.T) {
	work(t, func(b *bench) {
		for n := range byte(8) {
			b.add(n)
		}
		b.answer = func(context.Context, int, string) error {
			<-time.After(10 * time.Second)
			return nil
		}
	}, func(t *testing.T, b *bench) {
		pass(15 * time.Second) // within the second message
		b.worker.Stop(t.Context())
		b.worker = nil
		if got := b.statuses(); got[consent.Sent] != 2 || got[consent.Waiting] != 6 {
			t.Fatalf("got %v", got)
		}
		for _, m := range b.messages {
			if m.Status == consent.Waiting && (m.due.After(time.Now()) || m.Attempts > 0) {
				t.Errorf("a message is given back for %v with %d failures", m.due, m.Attempts)
			}
		}
	})
}

func TestStoppingWithoutPatienceLosesNothing(t *testing.T) {
	work(t, func(b *bench) {
		b.add(1)
		b.answer = func(ctx context.Context, _ int, _ string) error {
			<-ctx.Done()
			return ctx.Err()
		}
	}, func(t *testing.T, b *bench) {
		pass(time.Second)
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		start := time.Now()
		b.worker.Stop(ctx)
		b.worker = nil
		if took := time.Since(start); took != 5*time.Second {
			t.Errorf("it takes %v", took)
		}
		if m := b.messages[0]; m.Status != consent.Waiting || m.Attempts > 0 || m.due.After(time.Now()) {
			t.Errorf("it is given back as %+v", m)
		}
	})
}

func TestStoppingDoesNotWaitLongForADatabaseThatIsAway(t *testing.T) {
	work(t, func(b *bench) {
		b.add(1)
		b.failing = func(call string) bool { return call == "Finish" }
	}, func(t *testing.T, b *bench) {
		pass(time.Second)
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		start := time.Now()
		b.worker.Stop(ctx)
		b.worker = nil
		if took := time.Since(start); took != 10*time.Second {
			t.Errorf("it takes %v", took)
		}
	})
}

func TestAResultThatCannotBeWrittenAtOnceIsNotLost(t *testing.T) {
	start := time.Time{}
	work(t, func(b *bench) {
		start = time.Now()
		b.add(1)
		b.failing = func(call string) bool { return call == "Finish" && time.Since(start) < 20*time.Second }
	}, func(t *testing.T, b *bench) {
		pass(time.Hour)
		if !slices.Equal(b.times(), []int{1}) || b.statuses()[consent.Sent] != 1 {
			t.Errorf("handed over %v times, written down as %v", b.times(), b.statuses())
		}
	})
}

func TestAResultThatCannotBeWrittenAtAllMeansOnceMore(t *testing.T) {
	start := time.Time{}
	work(t, func(b *bench) {
		start = time.Now()
		b.add(1)
		b.failing = func(call string) bool { return call == "Finish" && time.Since(start) < time.Minute }
	}, func(t *testing.T, b *bench) {
		pass(time.Hour)
		if !slices.Equal(b.times(), []int{2}) || b.statuses()[consent.Sent] != 1 {
			t.Errorf("handed over %v times, written down as %v", b.times(), b.statuses())
		}
	})
}

func TestADatabaseThatFailsIsNoFailureOfTheMessage(t *testing.T) {
	start := time.Time{}
	for _, call := range []string{"Claim", "State"} {
		t.Run(call, func(t *testing.T) {
			work(t, func(b *bench) {
				start = time.Now()
				b.add(1)
				b.failing = func(c string) bool { return c == call && time.Since(start) < time.Minute }
			}, func(t *testing.T, b *bench) {
				pass(2 * time.Minute)
				if m := b.messages[0]; m.Status != consent.Sent || m.Attempts > 0 {
					t.Errorf("it is %s after %d failures", m.Status, m.Attempts)
				}
			})
		})
	}
}

func TestTheBrakeDelaysAndDropsNothing(t *testing.T) {
	work(t, func(b *bench) {
		b.perHour = 20
		for n := range byte(50) {
			b.add(n)
		}
	}, func(t *testing.T, b *bench) {
		for hour, want := range []int{20, 40, 50} {
			pass(58 * time.Minute)
			// The count is read about once a second, so what is under way may be missed.
			if got := b.statuses()[consent.Sent]; got < want || got > min(want+8, 50) {
				t.Errorf("after hour %d %d are sent, want about %d", hour+1, got, want)
			}
			if braking := b.brake.Braking(); braking != (want < 50) {
				t.Errorf("in hour %d it is braking: %t", hour+1, braking)
			}
			pass(2 * time.Minute)
		}
	})
}

func TestAServerThatTakesNothingIsTriedSeldom(t *testing.T) {
	start := time.Time{}
	const outage = 14 * time.Hour
	work(t, func(b *bench) {
		b.poll = 10 * time.Second
		start = time.Now()
		for n := range byte(200) {
			b.add(n)
		}
		b.answer = func(context.Context, int, string) error {
			if time.Since(start) < outage {
				return refusal{closed: true}
			}
			return nil
		}
	}, func(t *testing.T, b *bench) {
		pass(outage - time.Second)
		if n := b.attempts(); n > 1000 {
			t.Errorf("it is tried %d times in 14 hours", n)
		}
		pass(7 * time.Minute)
		if got := b.statuses(); got[consent.Sent] != 200 {
			t.Errorf("minutes after it is back: %v", got)
		}
		for _, m := range b.messages {
			if m.Attempts > 0 {
				t.Fatalf("the messages are blamed for it: %d failures", m.Attempts)
			}
		}
	})
}

// What looks like an outage may be the fault of one message.
func TestAnOutageOfOneMessageHoldsNoOtherUp(t *testing.T) {
	work(t, func(b *bench) {
		for n := range byte(20) {
			b.add(n)
		}
		bad := numbered(0).String()
		b.answer = func(_ context.Context, _ int, id string) error {
			if id == bad {
				return refusal{closed: true}
			}
			return nil
		}
	}, func(t *testing.T, b *bench) {
		pass(time.Minute)
		if got := b.statuses(); got[consent.Sent] != 19 {
			t.Errorf("got %v", got)
		}
	})
}

func TestAResultIsWrittenWhileTheNextIsSlow(t *testing.T) {
	work(t, func(b *bench) {
		for n := range byte(8) {
			b.add(n)
		}
		b.answer = func(_ context.Context, attempt int, _ string) error {
			if attempt == 6 {
				<-time.After(50 * time.Second)
			}
			return nil
		}
	}, func(t *testing.T, b *bench) {
		pass(time.Second)
		if got := b.statuses(); got[consent.Sent] != 5 {
			t.Errorf("after a second %v are written down, want 5", got)
		}
	})
}

func TestTheBrakeCountsWhatIsUnderWay(t *testing.T) {
	work(t, func(b *bench) {
		b.perHour = 10
		for n := range byte(50) {
			b.add(n)
		}
		b.answer = func(context.Context, int, string) error {
			<-time.After(5 * time.Second)
			return nil
		}
	}, func(t *testing.T, b *bench) {
		pass(30 * time.Minute)
		if got := b.statuses()[consent.Sent]; got != 10 {
			t.Errorf("%d are sent, want 10", got)
		}
	})
}

func TestADatabaseThatHangsIsNotWaitedForByTheBrake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hanging := outbox.NewBrake(func(ctx context.Context, _ time.Duration, _ int) (int, error) {
			<-ctx.Done()
			return 0, ctx.Err()
		}, 10)
		b := newBench(t)
		b.add(1)
		b.worker = b.newWorker(t)
		b.worker.Brake = hanging
		b.worker.Start()
		start := time.Now()
		<-time.After(500 * time.Millisecond)
		hanging.Braking()
		if waited := time.Since(start); waited > 500*time.Millisecond {
			t.Errorf("who asks waits for %v", waited)
		}
		b.worker.Stop(t.Context())
		if b.attempts() > 0 {
			t.Error("something is sent that cannot be counted")
		}
	})
}
