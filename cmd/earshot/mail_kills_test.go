package main

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"earshot/cmd/earshot/internal/journey"
	"earshot/survey"
	"earshot/survey/mail/mailtest"
)

var (
	mails     = flag.Int("mails", 300, "`number` of mails that go out in TestMailsThroughKills, on each engine")
	mailKills = flag.Int("mail-kills", 3, "`times` that a program is killed meanwhile")
)

// killedWorkers is how many mails a program sends at the same time there, and so how many a kill can leave uncertain.
const killedWorkers = 20

// TestMailsThroughKills kills programs again and again while a queue of mails goes out: one process on SQLite, one of two in turn on a MongoDB. Nobody gets two
// mails, nobody none without being told as uncertain, and no kill leaves more uncertain than were on their way.
func TestMailsThroughKills(t *testing.T) {
	t.Parallel()
	journey.OnEach(t, mailsThroughKills)
}

func mailsThroughKills(t *testing.T, where string) {
	seed := uint64(time.Now().UnixNano())
	random := rand.New(rand.NewPCG(seed, 0))
	t.Logf("seed %d", seed)
	sink := mailtest.Start(t)
	db := journey.Open(t, where)
	prepared := journey.Prepare(t, db, *mails)
	prepared.Mail(t, db)
	journey.Close(t, db)
	earshot := journey.Install(t, where, "-smtp", sink.URL(), "-mail-from", journey.Sender, "-workers", fmt.Sprint(killedWorkers))
	client := journey.NewClient(t, earshot.URL, prepared.Key)
	kills := 0
	for ; kills < *mailKills; kills++ {
		// The kills spread over the queue: each waits until its share of the mails has come.
		share := kills * *mails / *mailKills
		journey.Eventually(t, fmt.Sprintf("%d mails have come", share), goesOnWithin, func() error {
			if got := len(sink.Messages()); got < share {
				return fmt.Errorf("%d have", got)
			}
			return nil
		})
		if kills%2 == 1 { // every other time the mail server takes mails and says so to the dead
			sink.Break(mailtest.AtEnd, mailtest.Fault{Stall: true, Times: killedWorkers / 2})
		}
		time.Sleep(time.Duration(random.IntN(100)) * time.Millisecond)
		p := earshot.Next()
		p.Kill()
		sink.Mend()
		p.Restart()
	}
	var told mailsTold
	journey.Eventually(t, "all mails have come to an end", 2*goesOnWithin, func() (err error) {
		told, err = holdAgainst(client, sink, string(prepared.Survey))
		return err
	})
	t.Logf("%d kills: %d accepted, %d uncertain, of which the server took %d", kills, told.accepted, told.uncertain, told.taken)
	if all := told.accepted + told.uncertain; all != *mails {
		t.Errorf("%d of %d mails have come to an end", all, *mails)
	}
	if most := kills * killedWorkers; told.uncertain > most {
		t.Errorf("%d mails are uncertain after %d kills, want at most %d", told.uncertain, kills, most)
	}
}

// mailsTold is what the ledger says of mails: how many were accepted, how many are uncertain, and how many of those the server took.
type mailsTold struct{ accepted, uncertain, taken int }

// holdAgainst holds the ledger against what the server took. The error is a notYetError while mails are on their way.
func holdAgainst(c *journey.Client, sink *mailtest.Server, asked string) (told mailsTold, err error) {
	ledgers, err := listAll[ledger](c, "/api/v1/invitations?survey_id="+asked)
	if err != nil {
		return told, err
	}
	byID, byPerson := map[string]int{}, map[string]int{}
	for _, m := range sink.Messages() {
		byID[strings.Trim(m.Header.Get("Message-Id"), "<>")]++
		byPerson[m.Recipients[0]]++
	}
	for person, times := range byPerson {
		if times > 1 {
			return told, fmt.Errorf("%s got %d mails", person, times)
		}
	}
	for _, l := range ledgers {
		if err := l.ended(); err != nil {
			return told, err
		}
		taken := byID[l.Mail.MessageID]
		switch {
		case l.Mail.State == string(survey.MailUncertain):
			told.uncertain++
			told.taken += taken
		case taken == 1:
			told.accepted++
		default:
			return told, fmt.Errorf("invitation %s is %s, and the server took %d mails of it", l.ID, l.Mail.State, taken)
		}
	}
	return told, nil
}
