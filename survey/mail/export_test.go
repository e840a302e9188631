package mail

import "earshot/survey"

// What forms are cut at.
const (
	TextStandIn = textStandIn
	HTMLStandIn = htmlStandIn
)

// Composer composes mails without sending them.
type Composer struct{ composer }

// NewComposer returns what an SMTP of that Config composes with.
func NewComposer(config Config) (*Composer, error) {
	s, err := NewSMTP(config)
	if err != nil {
		return nil, err
	}
	return &Composer{s.composer}, nil
}

// Compose returns the mail as it goes out, and whether a form wrote it.
func (c *Composer) Compose(m *survey.Message) (content []byte, byForm bool, err error) {
	e, err := c.compose(m)
	if err != nil {
		return nil, false, err
	}
	_, alone := c.forms.fill(&c.composer, m, e.to)
	return e.content, alone == nil, nil
}
