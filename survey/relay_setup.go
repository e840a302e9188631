package survey

import (
	"cmp"
	"errors"
	"fmt"
	"time"
)

// RelaySetup is a mail server that takes our mails, and how much of them.
type RelaySetup struct {
	// Name is what people and the store call it: 1 to MaxRelayName letters, digits, - and dots, each name once. Empty is defaultRelay, where there
	// is one alone.
	Name string
	// Weight is its share of the mails, beside the weights of the others; 0 means 1.
	Weight int
	// Backup says that it takes mails only while no other does that is no backup.
	Backup bool
	// Connections is how many mails it is given at the same time by this process; 0 means Options.MailsAtOnce.
	Connections int
	// Limits bound how many mails it takes, WarmUp how many at first; nil means that it is warm.
	Limits MailLimits
	WarmUp *WarmUp
	Mailer Mailer
}

// MaxRelayName is how long the name of a relay may be, in bytes.
const MaxRelayName = 64

// defaultRelay is the name of the one relay of whoever gives it none.
const defaultRelay = "relay"

// OneRelay is a relay alone, without limits; none where the mailer is nil.
func OneRelay(m Mailer) []RelaySetup {
	if m == nil {
		return nil
	}
	return []RelaySetup{{Name: defaultRelay, Mailer: m}}
}

// carrier is a relay with the places of this process. Where no mail server is set there is one without a Mailer, which keeps mails.
type carrier struct {
	RelaySetup
	// places holds a token for each mail that this process gives to the relay at the same time, batches one for each batch that has mails for it.
	places  chan struct{}
	batches chan struct{}
}

// batchesOfRelay is how many batches have mails for one relay at the same time: of mails several, so that a server that thinks about one mail for
// minutes does not hold up all others, and no more, so that some are left for the other relays.
const batchesOfRelay = 3

// newCarriers returns the relays with their places, or what is wrong with them.
func newCarriers(setups []RelaySetup, mailsAtOnce int) ([]*carrier, error) {
	if len(setups) == 0 {
		return []*carrier{newCarrier(RelaySetup{Weight: 1, Connections: mailsAtOnce})}, nil
	}
	names := map[string]bool{}
	list := make([]*carrier, len(setups))
	for i, r := range setups {
		r.Name, r.Weight, r.Connections = cmp.Or(r.Name, defaultRelay), cmp.Or(r.Weight, 1), cmp.Or(r.Connections, mailsAtOnce)
		switch {
		case r.Mailer == nil:
			return nil, errors.New("survey: a relay without a mailer")
		case names[r.Name] || len(r.Name) > MaxRelayName:
			return nil, fmt.Errorf("survey: the relay's name %q is taken or too long", r.Name)
		case r.Weight < 0 || r.Connections < 0:
			return nil, fmt.Errorf("survey: the relay %q has a weight or connections below zero", r.Name)
		}
		names[r.Name], list[i] = true, newCarrier(r)
	}
	return list, nil
}

func newCarrier(r RelaySetup) *carrier {
	return &carrier{RelaySetup: r, places: make(chan struct{}, r.Connections), batches: make(chan struct{}, batchesOfRelay)}
}

// places is how many mails this process sends at the same time at most.
func (s *Service) places() int {
	n := 0
	for _, c := range s.carriers {
		n += cap(c.places)
	}
	return n
}

// underWay is how many mails this process is sending.
func (s *Service) underWay() int {
	n := 0
	for _, c := range s.carriers {
		n += len(c.places)
	}
	return n
}

// carrier returns the relay of that name, or nil if there is none any more.
func (s *Service) carrier(name string) *carrier {
	for _, c := range s.carriers {
		if c.Mailer != nil && c.Name == name {
			return c
		}
	}
	return nil
}

// relayNames are the names of the relays.
func (s *Service) relayNames() []string {
	var names []string
	for _, c := range s.carriers {
		if c.Mailer != nil {
			names = append(names, c.Name)
		}
	}
	return names
}

// allowed is how many mails the relay takes at that time.
func (c *carrier) allowed(now time.Time, zone *time.Location) MailLimits {
	l := c.Limits
	if most := c.WarmUp.most(now, zone, l.PerDay); most > 0 {
		l.PerDay = most
	}
	return l
}
