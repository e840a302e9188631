package survey_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"earshot/survey"
)

// folder is a mailbox in memory.
type folder struct {
	mu    sync.Mutex
	mails []string
	// marked are the numbers of the mails that were ours; tries counts the readings, and given the mails that were handed over.
	marked       []int
	tries, given int
	fault        *survey.MailboxError
	// begun, where it is set, is closed when the first reading begins, which then waits for slow.
	begun, slow chan struct{}
}

func (*folder) Name() string { return "bounces@mail.example/INBOX" }

func (f *folder) Read(ctx context.Context, from survey.MailboxPlace, take func(context.Context, io.Reader) (bool, error)) (survey.MailboxPlace, error) {
	f.mu.Lock()
	f.tries++
	mails, fault := append([]string(nil), f.mails...), f.fault
	f.mu.Unlock()
	if f.begun != nil && f.tries == 1 {
		close(f.begun)
		<-f.slow
	}
	if fault != nil {
		return from, fault
	}
	for n := int(from.Last); n < len(mails); n++ {
		ours, err := take(ctx, strings.NewReader(mails[n]))
		if err != nil {
			return from, err
		}
		f.mu.Lock()
		f.given++
		if ours {
			f.marked = append(f.marked, n)
		}
		f.mu.Unlock()
		from.Last = uint32(n + 1)
	}
	return from, nil
}

// reading returns another process of the office that reads that mailbox.
func (o *office) reading(f survey.MailboxReader) *survey.Service {
	o.t.Helper()
	s, err := survey.NewService(survey.Options{
		Store: o.store, Reps: staff, Relays: survey.OneRelay(o.post), Mailbox: f, BaseURL: "https://ask.example", ReturnPath: "Bounces@ask.example", Company: "Acme", Clock: o.watch.Now,
	})
	must(o.t, s, err)
	if err := s.OpenMailbox(o.ctx); err != nil {
		o.t.Fatal(err)
	}
	return s
}

// TestAMailboxIsRead has a bounce of ours lie among mails of others, of which nothing is kept.
func TestAMailboxIsRead(t *testing.T) {
	t.Parallel()
	o, inv := mailed(t)
	f := &folder{mails: []string{
		written("x@y.example", "Hello", "Lunch?"), bounced(inv, "failed", "5.1.1", "550 no such user"), "", "Subject: x\r\n\r\n" + strings.Repeat("x", survey.MaxReceivedMail),
	}}
	s := o.reading(f)
	for range 3 {
		effects(t, s, "mailboxes", "received_mails", "invitations", "ask_logs")
		o.watch.pass(time.Minute)
	}
	if f.tries != 3 || f.given != 4 || len(f.marked) != 1 || f.marked[0] != 1 {
		t.Errorf("got %d readings, %d mails, of which ours are %v; want 3, 4 and the second one", f.tries, f.given, f.marked)
	}
	if got := o.invitation(inv.ID).Mail; got.State != survey.MailBounced {
		t.Errorf("got %+v, want that it came back", got)
	}
	kept, err := o.ReceivedMails(o.ctx, survey.ReceivedFilter{})
	if len(must(t, kept, err).Items) != 1 {
		t.Errorf("%d mails are kept, want ours", len(kept.Items))
	}
	m, err := s.MailboxStatus(o.ctx)
	if must(t, m, err); m.Fault != "" || m.ReadAt.IsZero() || m.Place.Last != 4 || m.Alarming() {
		t.Errorf("got %+v", m)
	}
	s = o.reading(f) // a restart goes on where the last process was
	effects(t, s, "mailboxes")
	if f.given != 4 {
		t.Errorf("%d mails were handed over after a restart, want none anew", f.given-4)
	}
	s = o.reading(&otherFolder{f})
	effects(t, s, "mailboxes")
	if f.given != 8 {
		t.Errorf("%d mails of another mailbox were handed over, want all", f.given-4)
	}
}

// otherFolder is a folder of another name.
type otherFolder struct{ *folder }

func (*otherFolder) Name() string { return "elsewhere" }

// TestAMailboxThatIsAway is tried ever more seldom, is told of after some minutes, and is read again.
func TestAMailboxThatIsAway(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	f := &folder{fault: &survey.MailboxError{Fault: survey.FaultLogin, Reply: "NO wrong password"}}
	s := o.reading(f)
	status := func() *survey.Mailbox {
		t.Helper()
		m, err := s.MailboxStatus(o.ctx)
		return must(t, m, err)
	}
	since := o.watch.Now()
	for range 60 {
		effects(t, s, "mailboxes")
		if m := status(); m.Alarming() != (f.tries >= 3) {
			t.Fatalf("after %d tries: got %+v", f.tries, m)
		}
		o.watch.pass(time.Minute)
	}
	if m := status(); f.tries < 6 || f.tries > 9 || m.Fault != survey.FaultLogin || m.Reply != "NO wrong password" || !m.Since.Equal(since) || m.Tries != f.tries {
		t.Errorf("got %d tries in an hour and %+v, want some seven", f.tries, m)
	}
	f.fault = nil
	o.watch.pass(15 * time.Minute)
	effects(t, s, "mailboxes")
	if m := status(); m.Fault != "" || !m.Since.IsZero() || m.Tries != 0 || !m.ReadAt.Equal(o.watch.Now()) {
		t.Errorf("got %+v, want one that is read", m)
	}
}

// TestOneProcessReadsTheMailbox has another process look for work while one reads.
func TestOneProcessReadsTheMailbox(t *testing.T) {
	t.Parallel()
	o, f := newOffice(t), &folder{begun: make(chan struct{}), slow: make(chan struct{})}
	first, second := o.reading(f), o.reading(f)
	var group sync.WaitGroup
	group.Go(func() { effects(t, first, "mailboxes") })
	<-f.begun
	effects(t, second, "mailboxes")
	if f.tries != 1 {
		t.Errorf("%d processes read at a time, want 1", f.tries)
	}
	close(f.slow)
	group.Wait()
	o.watch.pass(time.Minute)
	f.begun = nil
	effects(t, second, "mailboxes")
	if f.tries != 2 {
		t.Errorf("%d readings, want that the other process reads on", f.tries)
	}
}

// TestTheStoreIsAwayWhileAMailboxIsRead has a mail not taken in: it is handed over again.
func TestTheStoreIsAwayWhileAMailboxIsRead(t *testing.T) {
	t.Parallel()
	o, inv := mailed(t)
	f := &failing{folder: &folder{mails: []string{bounced(inv, "failed", "5.1.1", "550 no such user")}}, times: 1}
	s := o.reading(f)
	effects(t, s, "mailboxes")
	if m, err := s.MailboxStatus(o.ctx); must(t, m, err).Fault != "" || m.Place.Last != 0 {
		t.Errorf("got %+v, want no fault of the mailbox, at the old place", m)
	}
	o.watch.pass(time.Minute)
	effects(t, s, "mailboxes", "received_mails")
	if got := o.invitation(inv.ID).Mail; got.State != survey.MailBounced {
		t.Errorf("got %+v, want that it came back", got)
	}
}

// failing is a folder whose mails are not taken in some times.
type failing struct {
	*folder
	times int
}

func (f *failing) Read(ctx context.Context, from survey.MailboxPlace, take func(context.Context, io.Reader) (bool, error)) (survey.MailboxPlace, error) {
	return f.folder.Read(ctx, from, func(ctx context.Context, content io.Reader) (bool, error) {
		if f.times > 0 {
			f.times--
			return false, errors.New("the store is away")
		}
		return take(ctx, content)
	})
}

// TestAProcessWithoutTheMailbox leaves it to one that has it, as while options change one process after the other; in the end nobody does.
func TestAProcessWithoutTheMailbox(t *testing.T) {
	t.Parallel()
	o, f := newOffice(t), &folder{}
	s := o.reading(f)
	for n := 1; n <= 3; n++ {
		effects(t, o.Service, "mailboxes")
		if m, err := o.MailboxStatus(o.ctx); m != nil || err != nil || f.tries != n-1 {
			t.Errorf("got %+v, %v and %d tries; want none", m, err, f.tries)
		}
		o.watch.pass(time.Minute)
		if effects(t, s, "mailboxes"); f.tries != n {
			t.Errorf("%d tries, want %d: the mailbox was taken from whoever has it", f.tries, n)
		}
		o.watch.pass(time.Minute)
	}
	o.watch.pass(time.Hour)
	effects(t, o.Service, "mailboxes")
	if m, err := s.MailboxStatus(o.ctx); len(must(t, m, err).Owes) != 0 {
		t.Errorf("got %+v, want a mailbox that is read no more", m)
	}
}
