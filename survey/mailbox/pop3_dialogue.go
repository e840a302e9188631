package mailbox

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"regexp"
	"strings"
	"time"

	"earshot/survey"
)

// dialogue is what is said with a server, a command at a time.
type dialogue struct {
	in  *bufio.Reader
	out io.Writer
	// broken is why nothing more can be said.
	broken error
}

// passCommand tells the password.
const passCommand = "PASS "

func newDialogue(conn net.Conn) *dialogue {
	return &dialogue{in: bufio.NewReaderSize(conn, longestReply), out: conn}
}

// say sends a command; one that the server refuses is a fault of that kind, unless it says more.
func (d *dialogue) say(kind survey.Fault, command string) error {
	if _, err := io.WriteString(d.out, command+"\r\n"); err != nil {
		d.broken = err
		return fault(survey.FaultConnection, err)
	}
	err := d.hear(kind)
	var refused *survey.MailboxError
	if password, secret := strings.CutPrefix(command, passCommand); secret && password != "" && errors.As(err, &refused) {
		refused.Reply = strings.ReplaceAll(refused.Reply, password, "***") // some servers repeat what they dislike
	}
	return err
}

// hear reads a line that says whether the server does what it was asked for.
func (d *dialogue) hear(kind survey.Fault) error {
	line, err := d.in.ReadSlice('\n')
	if err != nil {
		d.broken = err
		return fault(survey.FaultConnection, err)
	}
	text := strings.TrimRight(string(line), "\r\n")
	if strings.HasPrefix(text, "+OK") {
		return nil
	}
	if busyWords.MatchString(text) {
		kind = survey.FaultBusy
	}
	return &survey.MailboxError{Fault: kind, Reply: text}
}

// busyWords are said by servers that cannot serve now: the codes are those of RFC 2449 and RFC 3206.
var busyWords = regexp.MustCompile(`(?i)\[(IN-USE|LOGIN-DELAY|SYS/TEMP|SYS/PERM)\]|\block(ed)?\b|\bin use\b|\bbusy\b|try again|too many|temporar`)

// list returns the mails with their sizes, oldest first: the latest mostKnown.
func (d *dialogue) list() ([]popMail, error) {
	sizes, uids := map[int]int{}, []popMail{}
	err := d.each("LIST", func(number int, rest string) {
		size := 0
		if _, err := fmt.Sscan(rest, &size); err == nil {
			sizes[number] = size
		}
	})
	if err != nil {
		return nil, err
	}
	err = d.each("UIDL", func(number int, rest string) {
		uids = append(uids, popMail{number: number, size: sizes[number], word: knownAs(rest)})
		if len(uids) >= 2*mostKnown {
			uids = append(uids[:0], uids[len(uids)-mostKnown:]...)
		}
	})
	return uids[max(0, len(uids)-mostKnown):], err
}

// mostListed is how many lines of a list are read: who has more mails there empties the mailbox.
const mostListed = 1_000_000

// each calls do for each line of a list.
func (d *dialogue) each(command string, do func(number int, rest string)) error {
	if err := d.say(survey.FaultBusy, command); err != nil {
		return err
	}
	lines, n := bufio.NewScanner(&dotted{in: d.in}), 0
	for lines.Scan() {
		number := 0
		first, rest, _ := strings.Cut(lines.Text(), " ")
		if _, err := fmt.Sscan(first, &number); err == nil {
			do(number, strings.TrimSpace(rest))
		}
		if n++; n > mostListed {
			d.broken = errEndless
			return &survey.MailboxError{Fault: survey.FaultBusy, Reply: fmt.Sprintf("the mailbox holds more than %d mails", mostListed)}
		}
	}
	if err := lines.Err(); err != nil {
		d.broken = err
		return fault(survey.FaultConnection, err)
	}
	return nil
}

// dotted reads the lines of an answer up to the dot that ends it, each as it was before dots were doubled.
type dotted struct {
	in   *bufio.Reader
	left []byte
	// within says that what comes is the rest of a line that is longer than the buffer, over that the dot was read.
	within, over bool
}

// Read implements io.Reader.
func (d *dotted) Read(p []byte) (int, error) {
	if d.over {
		return 0, io.EOF
	}
	if len(d.left) == 0 {
		line, err := d.in.ReadSlice('\n')
		full := errors.Is(err, bufio.ErrBufferFull)
		switch {
		case errors.Is(err, io.EOF):
			return 0, io.ErrUnexpectedEOF
		case err != nil && !full:
			return 0, err
		case !d.within && strings.TrimRight(string(line), "\r\n") == ".":
			d.over = true
			return 0, io.EOF
		case !d.within && line[0] == '.':
			line = line[1:]
		}
		d.left, d.within = line, full
	}
	n := copy(p, d.left)
	d.left = d.left[n:]
	return n, nil
}

// patient is a connection on which nothing may stand still for longer than that.
type patient struct {
	net.Conn
	patience time.Duration
}

// Read implements io.Reader.
func (p patient) Read(b []byte) (int, error) {
	_ = p.SetReadDeadline(time.Now().Add(p.patience))
	return p.Conn.Read(b)
}

// Write implements io.Writer.
func (p patient) Write(b []byte) (int, error) {
	_ = p.SetWriteDeadline(time.Now().Add(p.patience))
	return p.Conn.Write(b)
}
