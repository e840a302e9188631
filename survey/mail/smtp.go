package mail

import (
	"context"
	"errors"
	"sync"

	"earshot/survey"
	"earshot/survey/address"
)

// SMTP delivers messages to one relay over a few connections that it keeps open. It is safe for concurrent use.
type SMTP struct {
	config   Config
	composer composer
	pool     pool
	login    login

	// slots holds one token for each message under way.
	slots   chan struct{}
	closing chan struct{}
	once    sync.Once
}

var _ survey.FormMailer = (*SMTP)(nil)

// NewSMTP returns a mailer with those settings, or an Invalid error that names all problems. It does not connect yet.
func NewSMTP(config Config) (*SMTP, error) {
	config = config.withDefaults()
	keys, err := config.checked()
	if err != nil {
		return nil, err
	}
	from, err := address.Parse(config.FromAddress)
	if err != nil {
		return nil, err
	}
	return &SMTP{
		config:   config,
		composer: composer{from: from, keys: keys, services: config.Services, now: config.Now, forms: newForms()},
		pool:     pool{keepIdle: config.KeepIdle},
		slots:    make(chan struct{}, config.MaxConnections),
		closing:  make(chan struct{}),
	}, nil
}

// ByForm implements survey.FormMailer.
func (s *SMTP) ByForm() bool { return true }

// Deliver tries once to hand the message to the relay. When the context ends it gives up, except that it waits a few seconds
// more for the answer to a message that is already sent.
func (s *SMTP) Deliver(ctx context.Context, m *survey.Message) survey.Outcome {
	e, err := s.composer.compose(m)
	if err != nil {
		return survey.Outcome{Delivery: survey.Refused, Reply: short(err.Error())}
	}
	defer e.done()
	if err := s.enter(ctx); err != nil {
		return survey.Outcome{Delivery: survey.Temporary, Reply: err.Error()}
	}
	defer func() { <-s.slots }()
	return s.try(ctx, e)
}

// try carries the message to the relay.
func (s *SMTP) try(ctx context.Context, e *envelope) survey.Outcome {
	c, f := s.begin(ctx, e)
	said := reply{}
	if c != nil && f == nil {
		said, f = c.carry(ctx, e)
	}
	if c != nil {
		s.putBack(ctx, c, f)
	}
	if f == nil {
		return said.outcome(awaiting, "")
	}
	o := f.outcome()
	if ctx.Err() != nil {
		o.Fault = "" // our own patience ended
	}
	return o
}

// Check tries the way to the relay up to MAIL FROM, without a message: it is reached, encrypts, lets us in and takes our
// sender. It says nothing of recipients.
func (s *SMTP) Check(ctx context.Context) survey.Outcome {
	if err := s.enter(ctx); err != nil {
		return survey.Outcome{Delivery: survey.Temporary, Reply: err.Error()}
	}
	defer func() { <-s.slots }()
	c, f := s.begin(ctx, &envelope{from: s.composer.from})
	if f != nil {
		if c != nil {
			s.putBack(ctx, c, f)
		}
		return f.outcome()
	}
	if c.reset(ctx) {
		s.pool.keep(c)
	} else {
		c.close()
	}
	return survey.Outcome{Delivery: survey.Accepted, Reply: "the mail server is reached and takes our sender"}
}

// enter waits until fewer than MaxConnections messages are under way.
func (s *SMTP) enter(ctx context.Context) error {
	closed := errors.New("the mailer is closed")
	select {
	case s.slots <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	case <-s.closing:
		return closed
	}
	select {
	case <-s.closing:
		<-s.slots
		return closed
	default:
		return nil
	}
}

// begin starts a transaction on a kept connection or, if there is none or it turns out to be dead, on a new one. Nothing of the
// message has been sent on a dead one, so that is no second try. The connection is nil if none could be opened.
func (s *SMTP) begin(ctx context.Context, e *envelope) (*connection, *failure) {
	if kept := s.pool.take(); kept != nil {
		f := kept.start(ctx, e)
		if f == nil || !f.dead() {
			return kept, f
		}
		kept.close()
	}
	c, f := open(ctx, &s.config, &s.login)
	if f != nil {
		return nil, f
	}
	return c, c.start(ctx, e)
}

// putBack keeps the connection if it can carry another message.
func (s *SMTP) putBack(ctx context.Context, c *connection, f *failure) {
	switch {
	case f == nil:
		s.pool.keep(c)
	case !f.dead() && c.reset(ctx):
		s.pool.keep(c)
	default:
		c.close()
	}
}

// Close refuses further messages, waits for those under way (end their contexts to hasten that) and closes the connections.
func (s *SMTP) Close() error {
	s.once.Do(func() {
		close(s.closing)
		for range cap(s.slots) {
			s.slots <- struct{}{}
		}
		s.pool.close()
	})
	return nil
}
