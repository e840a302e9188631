package mail

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
)

// PIPELINING (RFC 2920): where the server offers it, MAIL, RCPT and DATA go out together, so that a mail takes two round trips instead of four. go-mail
// sends one command at a time, so these three are written and their answers read by hand. Nothing of the message leaves before the answer to DATA.

// pipelines says whether the server takes commands together.
func (c *connection) pipelines() bool {
	offered, _ := c.client.Extension("PIPELINING")
	return offered
}

// start begins a transaction as far as the answer to MAIL FROM. If the server pipelines, RCPT and DATA are on their way then, too, and carry reads
// their answers.
func (c *connection) start(ctx context.Context, e *envelope) *failure {
	if len(e.content) == 0 || !c.pipelines() { // without content it is but a check of the way
		return c.begin(ctx, e)
	}
	c.carried++
	err := c.within(ctx, func() error {
		if err := c.announce(e); err != nil {
			return err
		}
		_, _, err := c.client.Text.ReadResponse(250)
		return err
	})
	f := fail(naming, err)
	if f != nil && !f.dead() && !errors.Is(err, errNoUTF8) { // the answers to RCPT and DATA come all the same
		c.skip(ctx, 2)
	}
	return f
}

// announce writes the three commands at once.
func (c *connection) announce(e *envelope) error {
	from, to := e.from.Envelope(), e.to.Envelope()
	if strings.ContainsAny(from+to, "\r\n") {
		return errors.New("an address has a line end")
	}
	parameters := ""
	if offered, _ := c.client.Extension("8BITMIME"); offered {
		parameters = " BODY=8BITMIME"
	}
	if offered, _ := c.client.Extension("SMTPUTF8"); e.utf8 {
		if !offered {
			return errNoUTF8
		}
		parameters += " SMTPUTF8"
	}
	if _, err := fmt.Fprintf(c.client.Text.W, "MAIL FROM:<%s>%s\r\nRCPT TO:<%s>\r\nDATA\r\n", from, parameters, to); err != nil {
		return err
	}
	return c.client.Text.W.Flush()
}

// carry carries a message that was started to the server's word after the final dot, which it returns.
func (c *connection) carry(ctx context.Context, e *envelope) (reply, *failure) {
	if !c.pipelines() {
		return c.finish(ctx, e)
	}
	err := c.within(ctx, func() error {
		_, _, err := c.client.Text.ReadResponse(25)
		return err
	})
	if f := fail(addressing, err); f != nil {
		if !f.dead() {
			c.skip(ctx, 1)
		}
		return reply{}, f
	}
	err = c.within(ctx, func() error {
		_, _, err := c.client.Text.ReadResponse(354)
		return err
	})
	if err != nil {
		return reply{}, fail(announcing, err)
	}
	return c.send(ctx, func() error { return c.writeAll(e) })
}

// writeAll writes the message and its final dot, in one piece.
func (c *connection) writeAll(e *envelope) error {
	content := e.content
	if !e.byForm { // which has no dots there
		content = stuffed(content)
	}
	w := c.client.Text.W // which passes on at once what is longer than its buffer
	if _, err := w.Write(append(content, ".\r\n"...)); err != nil {
		return err
	}
	return w.Flush()
}

// stuffed is the message with a dot before each line that begins with one (RFC 5321, 4.5.2).
func stuffed(content []byte) []byte {
	text := content
	if len(text) > 0 && text[0] == '.' {
		text = append([]byte{'.'}, text...)
	}
	if bytes.Contains(text, []byte("\n.")) {
		text = bytes.ReplaceAll(text, []byte("\n."), []byte("\n.."))
	}
	if len(text) > 0 && !bytes.HasSuffix(text, []byte("\r\n")) {
		text = append(text, "\r\n"...)
	}
	return text
}

// skip reads answers to commands after one that failed. A server that would take a message nonetheless is sent none: a lone dot, and it has
// nobody to send that to.
func (c *connection) skip(ctx context.Context, answers int) {
	for n := range answers {
		var code int
		err := c.within(ctx, func() (err error) {
			code, _, err = c.client.Text.ReadResponse(0)
			return err
		})
		if err != nil {
			c.close() // which whoever resets it finds out
			return
		}
		if n == answers-1 && code == 354 {
			_ = c.within(ctx, func() error {
				if err := c.writeAll(&envelope{}); err != nil {
					return err
				}
				_, _, err := c.client.Text.ReadResponse(0)
				return err
			})
		}
	}
}
