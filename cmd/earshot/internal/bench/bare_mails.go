package main

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

// bareMails sends n mails that are ready for the wire over so many connections, step by step as mail clients do: MAIL, RCPT, DATA, the mail.
func bareMails(ctx context.Context, address string, mail []byte, n, connections int) (time.Duration, error) {
	var next atomic.Int64
	group, _ := errgroup.WithContext(ctx)
	began := time.Now()
	for range connections {
		group.Go(func() error {
			c, err := dialBare(address)
			if err != nil {
				return err
			}
			defer func() { _ = c.conn.Close() }()
			for {
				i := next.Add(1)
				if i > int64(n) {
					return nil
				}
				if err := c.send(i, mail); err != nil {
					return err
				}
			}
		})
	}
	err := group.Wait()
	return time.Since(began), err
}

// bareConnection is a connection to a mail server.
type bareConnection struct {
	conn net.Conn
	in   *bufio.Reader
	line []byte
}

func dialBare(address string) (*bareConnection, error) {
	conn, err := net.DialTimeout("tcp", address, answerTimeout)
	if err != nil {
		return nil, err
	}
	c := &bareConnection{conn: conn, in: bufio.NewReader(conn)}
	if err := c.expect('2'); err != nil {
		return nil, err
	}
	return c, c.step('2', []byte("EHLO bench.example\r\n"))
}

// send carries one mail.
func (c *bareConnection) send(i int64, mail []byte) error {
	if err := c.step('2', fmt.Appendf(c.line[:0], "MAIL FROM:<ask@bench.example> BODY=8BITMIME\r\n")); err != nil {
		return err
	}
	if err := c.step('2', fmt.Appendf(c.line[:0], "RCPT TO:<pat%d@bench.example>\r\n", i)); err != nil {
		return err
	}
	if err := c.step('3', []byte("DATA\r\n")); err != nil {
		return err
	}
	return c.step('2', mail)
}

// step says something and waits for an answer of that class.
func (c *bareConnection) step(class byte, words []byte) error {
	if _, err := c.conn.Write(words); err != nil {
		return err
	}
	return c.expect(class)
}

func (c *bareConnection) expect(class byte) error {
	for {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return err
		}
		if len(line) < 4 || line[0] != class {
			return fmt.Errorf("the sink answered %q", line)
		}
		if line[3] == ' ' {
			return nil
		}
	}
}
