package survey

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"earshot/survey/store"
)

// mailboxWatch is what this process knows of the mailbox that it watches, so that it is read when a mail comes and not only every minute. The process that
// read it last watches it: so one does, whichever that is.
type mailboxWatch struct {
	// process tells this process from others.
	process string
	// reads says that this process read the mailbox last, as far as it knows, watches that it is told when a mail comes.
	reads, watches atomic.Bool
	// check is watchCheck, but for tests.
	check time.Duration
}

const (
	// watchedEvery is how often a mailbox is read that is watched: whoever watches it may die.
	watchedEvery = 5 * time.Minute
	// watchLook is how often a process looks whether the mailbox is its to watch, which costs nothing, and watchCheck how often whether another has read it.
	watchLook  = time.Second
	watchCheck = 30 * time.Second
	// watchAgain is for how long a server that cannot tell of mails is not asked again.
	watchAgain = time.Hour
	// wakeRest is how long it waits for more after one that came: each reading is a log-in.
	wakeRest = time.Second
	// wakeAgain is how soon a mailbox that is being read just now is tried to be woken again, and wakeWithin how long that takes at the end.
	wakeAgain  = 200 * time.Millisecond
	wakeWithin = time.Second
)

// rest is for how long the mailbox may be left alone after this process has read it.
func (w *mailboxWatch) rest() time.Duration {
	if w.watches.Load() {
		return watchedEvery
	}
	return mailboxEvery
}

// WatchMailbox has the mailbox read as soon as a mail comes, whenever this process is the one to watch it, until ctx ends. It returns at once where the
// mailbox cannot be watched. It holds no effect up: all that it does is to wake the one that reads.
func (s *Service) WatchMailbox(ctx context.Context) {
	watcher, can := s.mailbox.(MailboxWatcher)
	if !can {
		return
	}
	for pause, tries := watchLook, 0; sleep(ctx, pause); {
		pause = watchLook
		if !s.watch.reads.Load() {
			continue
		}
		err := s.watchMailbox(ctx, watcher)
		switch fault := (*MailboxError)(nil); {
		case errors.Is(err, ErrUnwatched):
			s.log.InfoContext(ctx, "the mailbox's server cannot tell when a mail comes; it is read once a minute", "mailbox", watcher.Name())
			pause = watchAgain
		case errors.As(err, &fault) && ctx.Err() == nil:
			pause = relayPauses[min(tries, len(relayPauses)-1)]
			tries++
			s.log.InfoContext(ctx, "the mailbox is not watched for now; it is read once a minute", "mailbox", watcher.Name(), "fault", fault.Fault, "reply", fault.Reply)
		default:
			tries = 0
		}
	}
}

// watchMailbox watches the mailbox until ctx ends, another process reads it, or that fails.
func (s *Service) watchMailbox(ctx context.Context, watcher MailboxWatcher) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	came, woken := make(chan struct{}, 1), make(chan struct{})
	go func() {
		defer close(woken)
		s.wakeWhenMailCame(ctx, came, stop)
	}()
	err := watcher.Watch(ctx, func() {
		s.watch.watches.Store(true)
		select {
		case came <- struct{}{}:
		default:
		}
	})
	stop()
	<-woken
	if s.watch.watches.Swap(false) && s.watch.reads.Load() { // nobody watches now, so it is read soon, by whomever
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), wakeWithin)
		defer cancel()
		s.wakeMailbox(last)
	}
	return err
}

// wakeWhenMailCame wakes the effect that reads when a mail came, and stops the watching when another process has read.
func (s *Service) wakeWhenMailCame(ctx context.Context, came <-chan struct{}, stop func()) {
	check := time.NewTicker(s.watch.check)
	defer check.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-came:
			s.wakeMailbox(ctx)
			sleep(ctx, wakeRest)
		case <-check.C:
			m, err := s.MailboxStatus(ctx)
			if err == nil && m.Reader != s.watch.process {
				s.watch.reads.Store(false)
				stop()
			}
		}
	}
}

// wakeMailbox has the mailbox read now. While somebody reads it, it waits until they have, for they may not have seen the latest mail.
func (s *Service) wakeMailbox(ctx context.Context) {
	for {
		woken := true
		now := s.now()
		_, err := s.db.mailboxes.UpdateAll(ctx, []string{mailboxID}, func(m *Mailbox) bool {
			o := m.Owing(effectReadMailbox)
			if woken = o == nil || o.Due.After(now); o == nil || !woken {
				return false
			}
			m.NextAt = now
			m.Schedule(effectReadMailbox, now)
			return true
		})
		switch {
		case err == nil && woken:
			s.outbox.Wake(mailboxSpec.Name)
			return
		case err != nil && ctx.Err() == nil && !errors.Is(err, store.ErrConflict):
			s.log.WarnContext(ctx, "the mailbox could not be woken; it is read within minutes", "error", err)
			return
		}
		if !sleep(ctx, wakeAgain) {
			return
		}
	}
}
