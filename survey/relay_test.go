package survey_test

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"earshot/survey"
)

// relaying is everything that mails and the relay leave to workers.
var relaying = []string{"relays", "invitations"}

// askMany asks that many people, each at a customer of their own.
func (o *office) askMany(n int) []*survey.Invitation {
	o.t.Helper()
	list, sv := make([]*survey.Invitation, n), o.survey(survey.TemplateCSAT)
	for i := range list {
		list[i] = o.ask(o.contact(o.customer(fmt.Sprint("Customer ", i)), fmt.Sprint("ana", i), survey.User), sv)
	}
	return list
}

// states counts the mails of the invitations by their state, and those that wait for the relay as "held".
func (o *office) states(list []*survey.Invitation) map[string]int {
	o.t.Helper()
	counts := map[string]int{}
	for _, inv := range list {
		now := o.invitation(inv.ID)
		if now.HeldSince.IsZero() {
			counts[string(now.Mail.State)]++
			continue
		}
		counts["held"]++
		if now.Mail.State != survey.MailQueued || now.Mail.Attempts != 0 {
			o.t.Errorf("got a mail that waits in state %s after %d tries", now.Mail.State, now.Mail.Attempts)
		}
	}
	return counts
}

// wantStates checks them.
func (o *office) wantStates(list []*survey.Invitation, want map[string]int) {
	o.t.Helper()
	if got := o.states(list); fmt.Sprint(got) != fmt.Sprint(want) {
		o.t.Errorf("got mails %v, want %v", got, want)
	}
}

// TestFaultOfTheRelayGivesNobodyUp has a server refuse everybody for a reason that is not theirs: after few tries all mails
// wait, and go out when it takes mails again.
func TestFaultOfTheRelayGivesNobodyUp(t *testing.T) {
	t.Parallel()
	for _, fault := range []survey.Fault{
		survey.FaultConnection, survey.FaultTLS, survey.FaultLogin, survey.FaultSender, survey.FaultRelaying, survey.FaultBlocked,
		survey.FaultQuota, survey.FaultBusy,
	} {
		t.Run(string(fault), func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			var tries atomic.Int64
			o.post.answer(func(*survey.Message) survey.Outcome {
				tries.Add(1)
				return survey.Outcome{Delivery: survey.Temporary, Fault: fault, Reply: "550 5.7.1 not by us"}
			})
			const asks = 30
			list := o.askMany(asks)
			effects(t, o.Service, relaying...)
			o.wantStates(list, map[string]int{"held": asks})
			if n := tries.Load(); n < 1 || n > 4 {
				t.Errorf("the server was tried %d times, want once for each mail that is sent at the same time", n)
			}
			status, err := o.MailStatus(o.ctx)
			r := must(t, status, err).Relays[0]
			if !status.Paused() || r.Fault != fault || status.Waiting != asks || r.Reply != "550 5.7.1 not by us" || !r.Since.Equal(monday) || !r.NextAt.After(monday) {
				t.Errorf("got status %+v of %+v", status, r.Relay)
			}
			o.post.answer(nil)
			o.watch.pass(time.Minute)
			effects(t, o.Service, relaying...)
			o.wantStates(list, map[string]int{"accepted": asks})
			if n := len(o.post.accepted()); n != asks {
				t.Errorf("%d mails went out, want each once", n)
			}
			status, err = o.MailStatus(o.ctx)
			if must(t, status, err).Paused() {
				t.Errorf("got status %+v, want that mails go out", status.Relays[0].Relay)
			}
		})
	}
}

// TestFaultThatOnlyAMailMeets has a server that seems well until it is given a mail: one mail finds out, more and more seldom,
// and no time is taken from those that wait.
func TestFaultThatOnlyAMailMeets(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	var tries atomic.Int64
	o.post.answer(func(*survey.Message) survey.Outcome {
		tries.Add(1)
		return survey.Outcome{Delivery: survey.Temporary, Fault: survey.FaultRelaying, Reply: "554 5.7.1 relay access denied"}
	})
	const asks, days = 20, 4 // asks by hand have to go out within three
	list := o.askMany(asks)
	for range days * 24 * 12 {
		effects(t, o.Service, relaying...)
		o.watch.pass(5 * time.Minute)
	}
	o.wantStates(list, map[string]int{"held": asks})
	if n := tries.Load(); n > days*24*4+10 {
		t.Errorf("the server was tried %d times in %d days, want at most every quarter of an hour", n, days)
	}
	o.post.answer(nil)
	o.watch.pass(15 * time.Minute)
	effects(t, o.Service, relaying...)
	o.wantStates(list, map[string]int{"accepted": asks})
}

// TestTryRelayNow mends the server and does not want to wait.
func TestTryRelayNow(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	_, err := o.TryRelays(o.ctx)
	wantKind(t, err, survey.Conflict)
	o.post.refuseAll(survey.FaultLogin)
	list := o.askMany(3)
	effects(t, o.Service, relaying...)
	for range 5 { // in vain
		status, err := o.TryRelays(o.ctx)
		if must(t, status, err).Waiting != len(list) {
			t.Errorf("got %d mails that wait, want %d", status.Waiting, len(list))
		}
		effects(t, o.Service, relaying...)
	}
	o.wantStates(list, map[string]int{"held": len(list)})
	o.post.refuseAll("")
	status, err := o.TryRelays(o.ctx)
	must(t, status, err)
	effects(t, o.Service, relaying...)
	o.wantStates(list, map[string]int{"accepted": len(list)})
}

// TestEveryProcessKnowsOfTheFault has one process meet the fault: another one does not try.
func TestEveryProcessKnowsOfTheFault(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.post.refuseAll(survey.FaultConnection)
	first := o.askMany(1)
	effects(t, o.Service, relaying...)
	before := o.post.tries()
	second := o.ask(o.contact(o.customer("Other"), "bo", survey.User), o.survey(survey.TemplateCSAT))
	effects(t, o.process(o.store), relaying...)
	if o.post.tries() != before {
		t.Error("another process tried a mail")
	}
	o.wantStates(append(first, second), map[string]int{"held": 2})
}

// TestWhatIsOverIsNotSentAfterAPause withdraws an ask, and has another answered, while the mails wait.
func TestWhatIsOverIsNotSentAfterAPause(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.post.refuseAll(survey.FaultQuota)
	list := o.askMany(3)
	effects(t, o.Service, relaying...)
	if _, err := o.Suppress(o.ctx, survey.SuppressionInput{Email: list[0].Email}); err != nil {
		t.Fatal(err)
	}
	if _, err := o.RevokeInvitation(o.ctx, survey.InvitationID(list[1].ID)); err != nil {
		t.Fatal(err)
	}
	o.post.refuseAll("")
	for range len(list) { // the mail that is let go first may come to nothing: then another one is
		o.watch.pass(time.Minute)
		effects(t, o.Service, relaying...)
	}
	o.wantStates(list, map[string]int{"accepted": 1, "withheld": 2})
}
