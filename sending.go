package main

import (
	"context"
	"log/slog"
	"net/url"
	"sync"
	"time"

	"assent/config"
	"assent/consent"
	"assent/mail"
	"assent/outbox"
)

// workerPatience is how long a stop waits for messages under way.
const workerPatience = 8 * time.Second

// channel is a way to send messages.
type channel struct {
	name   consent.Channel
	sender outbox.Sender
	close  func()
}

// channels are the ways the settings name. In embedded mode a channel without
// one keeps its messages for the development inbox; otherwise they wait.
func channels(s *config.Settings, parsed parsed, log *slog.Logger) []channel {
	var ways []channel
	for _, way := range []channel{mailChannel(s, parsed), textChannel(parsed)} {
		switch {
		case way.sender != nil:
			ways = append(ways, way)
		case s.Embedded():
			ways = append(ways, channel{name: way.name, sender: outbox.Keep(), close: func() {}})
		default:
			log.Warn("messages of this channel wait in the outbox: nothing says how to send them", "channel", way.name)
		}
	}
	return ways
}

func mailChannel(s *config.Settings, parsed parsed) channel {
	way := channel{name: consent.Email}
	if parsed.mail == nil {
		return way
	}
	options := mail.Options{Server: *parsed.mail, Signer: parsed.signer}
	if public, err := url.Parse(s.PublicURL); err == nil {
		options.HELO = mail.HostName(public)
	}
	sender := mail.NewSender(options)
	way.sender, way.close = outbox.Mail(sender), func() { _ = sender.Close() } // it never fails
	return way
}

func textChannel(parsed parsed) channel {
	way := channel{name: consent.SMS}
	if parsed.texts != nil {
		way.sender, way.close = outbox.Text(parsed.texts), parsed.texts.Close
	}
	return way
}

// newWorkers returns one worker for each channel; none when others send.
func (p *program) newWorkers(service *consent.Service) []*outbox.Worker {
	if !p.settings.SendMessages {
		return nil
	}
	var workers []*outbox.Worker
	for _, way := range p.channels {
		workers = append(workers, outbox.NewWorker(outbox.Options{
			Channel: way.name, Sender: way.sender, Queue: p.store, Composer: p.composer, Brake: p.brake,
			Lifetime: p.settings.ConfirmWithin, Suppress: service.Suppress, Delivered: p.metrics.Delivered, Log: p.log,
			Tracer: p.tracing.Tracer(),
		}))
	}
	return workers
}

// committed is told of every change that is durable.
func (p *program) committed(ch consent.Change) {
	p.metrics.Committed(ch)
	if ch.Message == nil {
		return
	}
	for _, w := range p.workers {
		if w.Channel == ch.Contact.Kind.Channel() {
			w.Kick()
		}
	}
}

// startSending sets the workers going until ctx ends. They stop while requests
// are still being finished: what those queue is sent by the next process.
func (p *program) startSending(ctx context.Context) {
	for _, w := range p.workers {
		w.Start()
	}
	context.AfterFunc(ctx, p.stopSending)
}

// finishSending tells all workers at once to stop and lets messages under way
// finish.
func (p *program) finishSending() {
	ctx, cancel := context.WithTimeout(context.Background(), workerPatience)
	defer cancel()
	var stopping sync.WaitGroup
	for _, w := range p.workers {
		stopping.Go(func() { w.Stop(ctx) })
	}
	stopping.Wait()
	for _, way := range p.channels {
		way.close()
	}
}
