package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"

	"github.com/wneessen/go-mail/smtp"
)

const (
	// lastWords is how long we listen for the reason after the server stopped reading.
	lastWords = time.Second
	// farewell bounds a QUIT.
	farewell = 2 * time.Second
)

// errNoUTF8 refuses an address that the server cannot take.
var errNoUTF8 = errors.New("the mail server takes only addresses in ASCII letters (it does not offer SMTPUTF8)")

// connection is one SMTP session. go-mail's client leads the dialogue: greeting, EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA, RSET, QUIT. By hand is
// what it does not do, or hides: dialling and TLS from the first byte, so that every step has a deadline and ends with the context (open, within);
// the choice of the way to log in (see login); and the end of the message, as only who writes the final dot knows whether it left (send, reason).
type connection struct {
	config *Config
	login  *login
	raw    net.Conn
	client *smtp.Client
	// how is the way by which we logged in; empty without a log-in.
	how string
	// carried counts the transactions begun.
	carried int
	// expiry closes the connection while it is kept unused.
	expiry *time.Timer
}

// open connects, greets, encrypts and logs in. It dials by hand: go-mail's Dial takes neither a context nor a deadline.
func open(ctx context.Context, config *Config, login *login) (*connection, *failure) {
	addr := net.JoinHostPort(config.Host, strconv.Itoa(config.Port))
	dialer := net.Dialer{Timeout: config.Timeout}
	raw, err := dialer.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, fail(connecting, err)
	}
	c := &connection{config: config, login: login, raw: raw}
	if f := c.introduce(ctx); f != nil {
		_ = raw.Close()
		return nil, f
	}
	return c, nil
}

// introduce leads the dialogue up to the log-in, and tells at which step it failed, which go-mail's own Client does not: a wrong password and a
// wrong certificate are different faults.
func (c *connection) introduce(ctx context.Context) *failure {
	conn := c.raw
	if c.config.TLS == ImplicitTLS {
		conn = tls.Client(c.raw, c.tlsConfig())
	}
	err := c.within(ctx, func() (err error) {
		if c.client, err = smtp.NewClient(conn, c.config.Host); err != nil {
			return err
		}
		return c.client.Hello(c.config.HELO)
	})
	if err != nil {
		return fail(greeting, err)
	}
	if err := c.within(ctx, c.secure); err != nil {
		return fail(securing, err)
	}
	err = c.within(ctx, func() (err error) {
		c.how, err = c.logIn()
		return err
	})
	if err != nil {
		return &failure{loggingIn, err, c.how}
	}
	return nil
}

// within runs one step of go-mail's, which knows no limits of its own: it ends with an error at the latest when Timeout is over or the context ends.
func (c *connection) within(ctx context.Context, step func() error) error {
	if err := c.raw.SetDeadline(time.Now().Add(c.config.Timeout)); err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { _ = c.raw.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	if err := ctx.Err(); err != nil {
		return err
	}
	return step()
}

func (c *connection) tlsConfig() *tls.Config {
	return &tls.Config{
		ServerName:         c.config.Host,
		RootCAs:            c.config.Roots,
		MinVersion:         tls.VersionTLS12,
		InsecureSkipVerify: c.config.TLS == Opportunistic, // #nosec G402: the alternative is plain text; see Opportunistic
	}
}

// secure encrypts where that is asked for. go-mail's StartTLS does it; whether going on in plain text is allowed is decided here.
func (c *connection) secure() error {
	if c.config.TLS != StartTLS && c.config.TLS != Opportunistic {
		return nil
	}
	if offered, _ := c.client.Extension("STARTTLS"); offered {
		return c.client.StartTLS(c.tlsConfig())
	}
	if c.config.TLS == StartTLS {
		return errors.New("the server does not offer to encrypt; nothing was sent")
	}
	return nil
}

// begin says MAIL FROM. SMTPUTF8 is asked for by hand, for go-mail asks for it wherever it is offered, and a relay that passes the wish on has
// mails returned by servers that lack it.
func (c *connection) begin(ctx context.Context, e *envelope) *failure {
	c.carried++
	return fail(naming, c.within(ctx, func() error {
		if offered, _ := c.client.Extension("SMTPUTF8"); e.utf8 && !offered {
			return errNoUTF8
		}
		c.client.SkipSMTPUTF8(!e.utf8)
		return c.client.Mail("<" + e.from.Envelope() + ">")
	}))
}

// finish carries the message from RCPT TO to the server's word after the final dot, which it returns. It takes go-mail's writer apart for
// that: see send.
func (c *connection) finish(ctx context.Context, e *envelope) (reply, *failure) {
	err := c.within(ctx, func() error { return c.client.Rcpt("<" + e.to.Envelope() + ">") })
	if err != nil {
		return reply{}, fail(addressing, err)
	}
	var data *smtp.DataCloser
	err = c.within(ctx, func() error {
		writer, err := c.client.Data()
		if err != nil {
			return err
		}
		var known bool
		if data, known = writer.(*smtp.DataCloser); !known {
			return fmt.Errorf("go-mail's writer is a %T", writer)
		}
		return nil
	})
	if err != nil {
		return reply{}, fail(announcing, err)
	}
	return c.send(ctx, func() error {
		_, err := data.Write(e.content)
		if err == nil {
			err = data.WriteCloser.Close()
		}
		return err
	})
}

// send writes the message and its final dot and waits for the answer. A write that fails has not handed all bytes to the system,
// so the dot, the last of them, has not left and the server cannot have taken the message; when the writes succeed, it may have.
// That is why the dot is written through the inner writer: DataCloser's own Close hides that error.
func (c *connection) send(ctx context.Context, write func() error) (reply, *failure) {
	patience := min(c.config.Grace, c.config.AcceptTimeout)
	_ = c.raw.SetWriteDeadline(time.Now().Add(c.config.Timeout))
	stop := context.AfterFunc(ctx, func() {
		_ = c.raw.SetWriteDeadline(time.Unix(1, 0))
		_ = c.raw.SetReadDeadline(time.Now().Add(patience))
	})
	defer stop()
	if err := write(); err != nil {
		return reply{}, c.reason(err)
	}
	_ = c.raw.SetReadDeadline(time.Now().Add(c.config.AcceptTimeout))
	if ctx.Err() != nil { // it ended before that deadline was set, which may have replaced the shorter one
		_ = c.raw.SetReadDeadline(time.Now().Add(patience))
	}
	code, words, err := c.client.Text.ReadResponse(250) // what DataCloser.Close would have read
	return newReply(code, words), fail(awaiting, err)
}

// reason reads by hand what go-mail leaves unread where a write fails: it returns the reply with which the server stopped reading, if it gave one, else the error.
func (c *connection) reason(err error) *failure {
	_ = c.raw.SetReadDeadline(time.Now().Add(lastWords))
	_, _, said := c.client.Text.ReadResponse(250)
	if f := fail(sending, said); f != nil {
		if _, ok := f.reply(); ok {
			return f
		}
	}
	return fail(sending, err)
}

// reset prepares the connection for another message after a refusal; false means that it cannot be used any more.
func (c *connection) reset(ctx context.Context) bool {
	return c.within(ctx, c.client.Reset) == nil
}

// close hangs up without a word.
func (c *connection) close() { _ = c.raw.Close() }

// quit says good-bye and hangs up.
func (c *connection) quit() {
	_ = c.raw.SetDeadline(time.Now().Add(farewell))
	_ = c.client.Quit()
	c.close()
}
