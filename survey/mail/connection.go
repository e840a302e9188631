package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
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

// connection is one SMTP session. go-mail's client leads it up to DATA; what follows is done here, as only who sends the final
// dot knows whether it left.
type connection struct {
	config *Config
	raw    net.Conn
	client *smtp.Client
	// carried counts the transactions begun.
	carried int
	// expiry closes the connection while it is kept unused.
	expiry *time.Timer
}

// open connects, greets, encrypts and logs in.
func open(ctx context.Context, config *Config) (*connection, *failure) {
	addr := net.JoinHostPort(config.Host, strconv.Itoa(config.Port))
	dialer := net.Dialer{Timeout: config.Timeout}
	raw, err := dialer.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, fail(connecting, err)
	}
	c := &connection{config: config, raw: raw}
	if f := c.introduce(ctx); f != nil {
		_ = raw.Close()
		return nil, f
	}
	return c, nil
}

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
	return fail(loggingIn, c.within(ctx, c.logIn))
}

// within runs one step: it ends with an error at the latest when Timeout is over or the context ends.
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

func (c *connection) logIn() error {
	if c.config.Username == "" {
		return nil
	}
	_, offered := c.client.Extension("AUTH")
	method := c.loginMethod(strings.Fields(strings.ToUpper(offered)))
	if method == nil {
		return fmt.Errorf("%w (it offers %q)", errNoMethod, offered)
	}
	return c.client.Auth(method)
}

// loginMethod picks the first that the server offers. The plain ones come first as they work everywhere, and validation has seen to
// it that a password leaves this machine only under verified TLS.
func (c *connection) loginMethod(offered []string) smtp.Auth {
	user, password, host := c.config.Username, c.config.Password, c.config.Host
	methods := []struct {
		name string
		auth smtp.Auth
	}{
		{"PLAIN", smtp.PlainAuth("", user, password, host, true)},
		{"LOGIN", smtp.LoginAuth(user, password, host, true)},
		{"CRAM-MD5", smtp.CRAMMD5Auth(user, password)},
	}
	for _, method := range methods {
		for _, name := range offered {
			if name == method.name {
				return method.auth
			}
		}
	}
	return nil
}

// begin says MAIL FROM.
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

// finish carries the message from RCPT TO to the server's word after the final dot, which it returns.
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
	code, words, err := c.client.Text.ReadResponse(250)
	return newReply(code, words), fail(awaiting, err)
}

// reason returns the reply with which the server stopped reading, if it gave one, else the error.
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
