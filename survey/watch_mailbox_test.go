package survey_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"earshot/survey"
)

// watched is a folder that tells when a mail comes, as one process sees it.
type watched struct {
	*folder
	mu sync.Mutex
	// came is what is told; nil while nobody watches. tries counts the times that somebody began to.
	came  func()
	tries int
	// fails, where it is not nil, is what watching ends with at once; lost ends it.
	fails error
	lost  chan struct{}
}

func (w *watched) Watch(ctx context.Context, came func()) error {
	w.mu.Lock()
	w.tries++
	fails := w.fails
	if fails == nil {
		w.came = came
	}
	w.mu.Unlock()
	if fails != nil {
		return fails
	}
	defer func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.came = nil
	}()
	came()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-w.lost:
		return &survey.MailboxError{Fault: survey.FaultConnection, Reply: "cut"}
	}
}

// watching says whether it is watched, and how often somebody began to.
func (w *watched) watching() (bool, int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.came != nil, w.tries
}

// soon waits until that holds.
func soon(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("not within ten seconds: " + what)
		}
	}
}

// watches starts the watching of a process, and ends it with the test.
func (o *office) watches(s *survey.Service) {
	o.t.Helper()
	s.CheckWatch(20 * time.Millisecond)
	ctx, cancel := context.WithCancel(o.ctx)
	var over sync.WaitGroup
	over.Go(func() { s.WatchMailbox(ctx) })
	o.t.Cleanup(func() {
		began := time.Now()
		cancel()
		over.Wait()
		if took := time.Since(began); took > 2*time.Second {
			o.t.Errorf("it took %v to end the watching", took)
		}
	})
}

// next is for how long the mailbox is left alone from now on.
func (o *office) next(s *survey.Service) time.Duration {
	o.t.Helper()
	m, err := s.MailboxStatus(o.ctx)
	return must(o.t, m, err).NextAt.Sub(o.watch.Now())
}

// TestWhoReadTheMailboxWatchesIt has one of two processes read: it alone watches, is woken by a mail, and gives up when the other one has read.
func TestWhoReadTheMailboxWatchesIt(t *testing.T) {
	t.Parallel()
	o, inv := mailed(t)
	f := &folder{}
	one, two := &watched{folder: f}, &watched{folder: f}
	first, second := o.reading(one), o.reading(two)
	o.watches(first)
	o.watches(second)
	effects(t, first, "mailboxes")
	soon(t, "the process that read watches, and has the mailbox read at once", func() bool {
		is, _ := one.watching()
		return is && o.next(first) == 0
	})
	effects(t, first, "mailboxes")
	if rest := o.next(first); f.tries != 2 || rest != 5*time.Minute {
		t.Errorf("%d readings, and the next one in %v; want 2, and that it is left alone for long", f.tries, rest)
	}
	f.mu.Lock()
	f.mails = append(f.mails, bounced(inv, "failed", "5.1.1", "550 no such user"))
	f.mu.Unlock()
	one.came()
	soon(t, "the mailbox is due", func() bool { return o.next(first) == 0 })
	effects(t, first, "mailboxes", "received_mails")
	if got := o.invitation(inv.ID).Mail.State; got != survey.MailBounced {
		t.Errorf("the mail is %s, want that it came back", got)
	}
	if is, n := two.watching(); is || n != 0 {
		t.Error("a process watches that has not read")
	}
	o.watch.pass(5 * time.Minute)
	effects(t, second, "mailboxes")
	soon(t, "the other process watches alone", func() bool {
		mine, _ := one.watching()
		other, _ := two.watching()
		return !mine && other
	})
}

// TestAMailThatComesDuringAReading is read after it.
func TestAMailThatComesDuringAReading(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	f := &watched{folder: &folder{}}
	s := o.reading(f)
	o.watches(s)
	effects(t, s, "mailboxes")
	soon(t, "it is watched", func() bool { return o.next(s) == 0 })
	effects(t, s, "mailboxes")
	f.begun, f.slow, f.tries = make(chan struct{}), make(chan struct{}), 0
	f.folder.tries = 0
	o.watch.pass(5 * time.Minute)
	var reads sync.WaitGroup
	reads.Go(func() { effects(t, s, "mailboxes") })
	<-f.begun
	f.came()
	time.Sleep(100 * time.Millisecond)
	close(f.slow)
	reads.Wait()
	soon(t, "it is due again", func() bool { return o.next(s) == 0 })
}

// TestAMailboxThatIsNotWatched is read every minute: where the server cannot tell, and after the connection was lost.
func TestAMailboxThatIsNotWatched(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	f := &watched{folder: &folder{}, fails: survey.ErrUnwatched}
	s := o.reading(f)
	o.watches(s)
	effects(t, s, "mailboxes")
	soon(t, "it was tried", func() bool { _, n := f.watching(); return n == 1 })
	o.watch.pass(time.Minute)
	effects(t, s, "mailboxes")
	if rest := o.next(s); rest != time.Minute {
		t.Errorf("it is read again in %v, want a minute", rest)
	}
	lost := &watched{folder: &folder{}, lost: make(chan struct{})}
	s = o.reading(lost)
	o.watches(s)
	effects(t, s, "mailboxes")
	soon(t, "it is watched", func() bool { return o.next(s) == 0 })
	effects(t, s, "mailboxes")
	close(lost.lost)
	soon(t, "it is read as soon as nobody watches it", func() bool { return o.next(s) == 0 })
	effects(t, s, "mailboxes")
	if rest := o.next(s); rest != time.Minute {
		t.Errorf("it is read again in %v, want a minute", rest)
	}
}
