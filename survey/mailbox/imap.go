package mailbox

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"earshot/survey"
)

const (
	// dialTimeout bounds the way to the server.
	dialTimeout = 30 * time.Second
	// mostMails is how many mails are handed over in one reading; the others are in the next.
	mostMails = 500
	// firstDays is how many days back a mailbox is read the first time: bounces come within five.
	firstDays = 7
)

// IMAP is a mailbox. Each Read makes a connection of its own.
type IMAP struct{ config Config }

var _ survey.MailboxWatcher = (*IMAP)(nil)

// Name implements survey.MailboxReader.
func (m *IMAP) Name() string {
	return m.config.Username + "@" + m.config.address() + "/" + m.config.Folder
}

// Read implements survey.MailboxReader.
func (m *IMAP) Read(ctx context.Context, from survey.MailboxPlace, take func(context.Context, io.Reader) (bool, error)) (survey.MailboxPlace, error) {
	r := &reading{config: &m.config, take: take, place: from}
	conn, err := (&net.Dialer{Timeout: dialTimeout}).DialContext(ctx, "tcp", m.config.address())
	if err != nil {
		return from, fault(survey.FaultConnection, err)
	}
	// The client waits for answers without end; the end of ctx is the end of the connection.
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	defer func() { _ = conn.Close() }()
	if err := r.open(ctx, conn); err != nil {
		return from, err
	}
	if err = r.readAll(ctx); ctx.Err() != nil {
		return r.place, ctx.Err()
	}
	_ = r.client.Logout().Wait()
	return r.place, err
}

// reading is one reading of a mailbox.
type reading struct {
	config  *Config
	options imapclient.Options
	client  *imapclient.Client
	take    func(context.Context, io.Reader) (bool, error)
	place   survey.MailboxPlace
}

// open encrypts the connection, logs in, and opens the folder.
func (r *reading) open(ctx context.Context, conn net.Conn) (err error) {
	security := &tls.Config{ServerName: r.config.Host, RootCAs: r.config.Roots, MinVersion: tls.VersionTLS12}
	switch {
	case r.config.TLS:
		secure := tls.Client(conn, security)
		if err := secure.HandshakeContext(ctx); err != nil {
			return fault(survey.FaultTLS, err)
		}
		r.client = imapclient.New(secure, &r.options)
	case r.config.Plain:
		r.client = imapclient.New(conn, &r.options)
	default:
		r.options.TLSConfig = security
		if r.client, err = imapclient.NewStartTLS(conn, &r.options); err != nil {
			return fault(survey.FaultTLS, err)
		}
	}
	if err := r.client.WaitGreeting(); err != nil {
		return fault(survey.FaultConnection, err)
	}
	if err := r.client.Login(r.config.Username, r.config.Password).Wait(); err != nil {
		return fault(survey.FaultLogin, err)
	}
	opened, err := r.client.Select(r.config.Folder, nil).Wait()
	if err != nil {
		return fault(survey.FaultFolder, err)
	}
	if opened.UIDValidity != r.place.Numbering {
		r.place = survey.MailboxPlace{Numbering: opened.UIDValidity}
	}
	return nil
}

// readAll hands over what is new, mail by mail.
func (r *reading) readAll(ctx context.Context) error {
	search := &imap.SearchCriteria{UID: []imap.UIDSet{{{Start: imap.UID(r.place.Last) + 1}}}}
	if r.place.Last == 0 {
		search = &imap.SearchCriteria{Since: r.config.Now().AddDate(0, 0, -firstDays)}
	}
	found, err := r.client.UIDSearch(search, nil).Wait()
	if err != nil {
		return fault(survey.FaultConnection, err)
	}
	all := found.AllUIDs()
	slices.Sort(all)
	// Servers name the last mail, if there is none behind the place.
	all = slices.DeleteFunc(all, func(uid imap.UID) bool { return uint32(uid) <= r.place.Last })
	for _, uid := range all[:min(len(all), mostMails)] {
		if err := r.read(ctx, uid); err != nil {
			return err
		}
		r.place.Last = uint32(uid)
	}
	return nil
}

// read hands over one mail, and marks it if it is ours.
func (r *reading) read(ctx context.Context, uid imap.UID) error {
	small, err := r.isSmall(uid)
	if err != nil || !small {
		return err
	}
	ours, err := r.handOver(ctx, uid)
	if err != nil || !ours {
		return err
	}
	return r.mark(uid)
}

// isSmall says whether the mail may be one that is taken in. One that somebody has removed meanwhile is none.
func (r *reading) isSmall(uid imap.UID) (bool, error) {
	found, err := r.client.Fetch(imap.UIDSetNum(uid), &imap.FetchOptions{UID: true, RFC822Size: true}).Collect()
	if err != nil {
		return false, fault(survey.FaultConnection, err)
	}
	return len(found) > 0 && found[0].RFC822Size <= survey.MaxReceivedMail, nil
}

// handOver has the mail taken in as it comes over the line, which leaves its flags as they are.
func (r *reading) handOver(ctx context.Context, uid imap.UID) (ours bool, err error) {
	fetch := r.client.Fetch(imap.UIDSetNum(uid), &imap.FetchOptions{BodySection: []*imap.FetchItemBodySection{{Peek: true}}})
	for message := fetch.Next(); message != nil; message = fetch.Next() {
		for item := message.Next(); item != nil; item = message.Next() {
			body, is := item.(imapclient.FetchItemDataBodySection)
			if !is || body.Literal == nil || err != nil {
				continue
			}
			content := &watched{Reader: body.Literal}
			if ours, err = r.take(ctx, content); err != nil && content.err != nil {
				err = fault(survey.FaultConnection, content.err) // it was the line that broke
			}
		}
	}
	if closed := fetch.Close(); err == nil && closed != nil {
		err = fault(survey.FaultConnection, closed)
	}
	return ours, err
}

// watched remembers the error of its reader.
type watched struct {
	io.Reader
	err error
}

// Read implements io.Reader.
func (w *watched) Read(p []byte) (int, error) {
	n, err := w.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		w.err = err
	}
	return n, err
}

// mark does with a mail that was taken in what is to be done with it.
func (r *reading) mark(uid imap.UID) error {
	set := imap.UIDSetNum(uid)
	var err error
	switch {
	case r.config.MoveTo != "":
		_, err = r.client.Move(set, r.config.MoveTo).Wait()
		if refused := (*imap.Error)(nil); errors.As(err, &refused) {
			return fault(survey.FaultFolder, err)
		}
	case r.config.Delete:
		if err = r.flag(set, imap.FlagDeleted); err == nil {
			err = r.expunge(set)
		}
	default:
		err = r.flag(set, imap.FlagSeen)
	}
	if err != nil {
		return fault(survey.FaultConnection, err)
	}
	return nil
}

func (r *reading) flag(set imap.UIDSet, flag imap.Flag) error {
	return r.client.Store(set, &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{flag}}, nil).Close()
}

// expunge removes just this mail where the server can; else whoever empties the mailbox removes it with what others have deleted.
func (r *reading) expunge(set imap.UIDSet) error {
	if !r.client.Caps().Has(imap.CapUIDPlus) {
		return nil
	}
	return r.client.UIDExpunge(set).Close()
}

// fault says what is wrong. A server that cannot do something now says so, whatever was asked.
func fault(kind survey.Fault, err error) error {
	var refused *imap.Error
	var certificate *tls.CertificateVerificationError
	var unknown x509.UnknownAuthorityError
	switch {
	case errors.As(err, &certificate), errors.As(err, &unknown):
		kind = survey.FaultTLS
	case errors.As(err, &refused) && refused.Code == imap.ResponseCodeUnavailable:
		kind = survey.FaultBusy
	case kind == survey.FaultLogin && !errors.As(err, &refused), kind == survey.FaultFolder && !errors.As(err, &refused):
		kind = survey.FaultConnection
	}
	return &survey.MailboxError{Fault: kind, Reply: strings.TrimPrefix(fmt.Sprint(err), "imap: ")}
}
