package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"sync"
	"time"

	"assent/config"
	"assent/consent"
	"assent/mail"
	"assent/outbox"
	"assent/sms"
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
func channels(s *config.Settings, log *slog.Logger) ([]channel, error) {
	mails, mailErr := mailChannel(s)
	texts, textErr := textChannel(s)
	if err := errors.Join(mailErr, textErr); err != nil {
		return nil, fmt.Errorf("settings:\n%w", err)
	}
	var ways []channel
	for _, way := range []channel{mails, texts} {
		switch {
		case way.sender != nil:
			ways = append(ways, way)
		case s.Embedded():
			ways = append(ways, channel{name: way.name, sender: outbox.Keep(), close: func() {}})
		default:
			log.Warn("messages of this channel wait in the outbox: nothing says how to send them", "channel", way.name)
		}
	}
	return ways, nil
}

func mailChannel(s *config.Settings) (channel, error) {
	way := channel{name: consent.Email}
	if s.SMTPURL == "" {
		return way, nil
	}
	server, err := mail.ParseServer(string(s.SMTPURL))
	if err != nil {
		return way, named("SMTP_URL", err)
	}
	options := mail.Options{Server: server}
	if public, err := url.Parse(s.PublicURL); err == nil {
		options.HELO = mail.HostName(public)
	}
	if s.DKIMDomain != "" {
		if options.Signer, err = mail.NewSigner(s.DKIMDomain, s.DKIMSelector, string(s.DKIMPrivateKey)); err != nil {
			return way, named("DKIM_DOMAIN, DKIM_SELECTOR, DKIM_PRIVATE_KEY", err)
		}
	}
	sender := mail.NewSender(options)
	way.sender, way.close = outbox.Mail(sender), func() { _ = sender.Close() } // it never fails
	return way, nil
}

func textChannel(s *config.Settings) (channel, error) {
	way := channel{name: consent.SMS}
	if s.SMSURL == "" {
		return way, nil
	}
	sender, err := sms.NewSender(string(s.SMSURL))
	if err != nil {
		return way, named("SMS_URL", err)
	}
	way.sender, way.close = outbox.Text(sender), sender.Close
	return way, nil
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
