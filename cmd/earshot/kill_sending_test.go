package main

import (
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"earshot/cmd/earshot/internal/journey"
	"earshot/survey"
	"earshot/survey/mail/mailtest"
)

// TestKillWhileSending kills the program again and again while it asks people by mail. In the end each ask that was
// acknowledged has led to one mail that the server took, or to one of which the program says that it does not know.
func TestKillWhileSending(t *testing.T) {
	t.Parallel()
	journey.OnEach(t, killWhileSending)
}

// asksEach is how many people each life of the program is to ask, and sendingKills how many lives there are.
const (
	asksEach     = 10
	sendingKills = 10
)

func killWhileSending(t *testing.T, where string) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	db := journey.Open(t, where)
	prepared := journey.Prepare(t, db, asksEach*sendingKills)
	journey.Close(t, db)
	sink := mailtest.Start(t)

	p := journey.Start(t, "-store", where, "-smtp", sink.URL(), "-mail-from", journey.Sender, "-workers", "3")
	acknowledged := map[string]bool{}
	for life := range sendingKills {
		if life%2 == 0 { // the server takes a few mails and says so only after the program is dead
			sink.Break(mailtest.AtEnd, mailtest.Fault{Stall: true, Times: 2})
		}
		p.KillIn(time.Duration(30+random.IntN(150)) * time.Millisecond)
		ask(journey.NewClient(t, p.URL, prepared.Key), prepared, life*asksEach, acknowledged)
		p.AwaitEnd()
		sink.Mend()
		p.Restart()
	}
	c := journey.NewClient(t, p.URL, prepared.Key)
	ask(c, prepared, asksEach*(sendingKills-1), acknowledged)
	p.Stop()
	db = journey.Open(t, where)
	journey.WorkOff(t, db, sink.URL())
	journey.Close(t, db)
	p.Restart()
	c = journey.NewClient(t, p.URL, prepared.Key)
	checkMails(t, c, sink.Messages(), acknowledged)
}

// ask asks the people from that number on until the program is gone, and notes which asks were acknowledged.
func ask(c *journey.Client, prepared *journey.Prepared, from int, acknowledged map[string]bool) {
	for i := from; i < from+asksEach; i++ {
		got, err := c.Try(http.MethodPost, "/api/v1/invitations", map[string]any{
			"contact_id": prepared.Contacts[i], "survey_id": prepared.Survey, "confirm": true,
		})
		if err != nil {
			return
		}
		if got.Status == http.StatusCreated {
			acknowledged[string(prepared.Contacts[i])] = true
		}
	}
}

// ledger is what the program says of one ask by mail.
type ledger struct {
	ID        string `json:"id"`
	ContactID string `json:"contact_id"`
	Mail      struct {
		State     string `json:"state"`
		MessageID string `json:"message_id"`
		Reason    string `json:"reason"`
	} `json:"mail"`
}

// checkMails holds the send ledger against what the mail server took.
func checkMails(t *testing.T, c *journey.Client, messages []mailtest.Message, acknowledged map[string]bool) {
	t.Helper()
	taken := map[string]int{}
	for _, m := range messages {
		taken[strings.Trim(m.Header.Get("Message-Id"), "<>")]++
	}
	states := map[string]int{}
	asked := map[string]int{}
	for _, l := range journey.All[ledger](c, "/api/v1/invitations") {
		states[l.Mail.State]++
		asked[l.ContactID]++
		got := taken[l.Mail.MessageID]
		delete(taken, l.Mail.MessageID)
		switch survey.MailState(l.Mail.State) {
		case survey.MailAccepted:
			if got != 1 {
				t.Errorf("invitation %s is accepted, and the server took %d mails of it", l.ID, got)
			}
		case survey.MailUncertain:
			if got > 1 {
				t.Errorf("invitation %s is uncertain, and the server took %d mails of it", l.ID, got)
			}
		default:
			t.Errorf("the mail of invitation %s is %s (%s), want accepted or uncertain", l.ID, l.Mail.State, l.Mail.Reason)
		}
	}
	for contact := range acknowledged {
		if asked[contact] != 1 {
			t.Errorf("%d invitations of a contact whose ask was acknowledged, want 1", asked[contact])
		}
	}
	if len(taken) > 0 {
		t.Errorf("the server took mails that the program does not know of: %v", taken)
	}
	t.Logf("%d mails, %v, %d asks acknowledged", len(messages), states, len(acknowledged))
	if len(acknowledged) < asksEach {
		t.Errorf("only %d asks were acknowledged: there was no load", len(acknowledged))
	}
}
