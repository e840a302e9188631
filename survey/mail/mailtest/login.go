package mailtest

import (
	"bytes"
	"crypto/hmac"
	"crypto/md5"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	"github.com/xdg-go/scram"
)

// AuthMechanisms implements smtp.AuthSession.
func (c *loginSession) AuthMechanisms() []string { return c.server.settings.mechanisms }

// Auth implements smtp.AuthSession.
func (c *loginSession) Auth(mechanism string) (sasl.Server, error) {
	if c.server.settings.broken[mechanism] {
		return nil, smtp.ErrAuthFailed
	}
	switch mechanism {
	case "LOGIN":
		return &loginServer{check: c.check}, nil
	case "CRAM-MD5":
		return &cramServer{session: c}, nil
	case "XOAUTH2":
		return &tokenServer{session: c}, nil
	case "SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256-PLUS":
		return c.scram(mechanism)
	}
	return sasl.NewPlainServer(func(_, username, password string) error { return c.check(username, password) }), nil
}

func (c *loginSession) check(username, password string) error {
	want := c.server.settings
	if username != want.username || password != want.password {
		return smtp.ErrAuthFailed
	}
	c.known = true
	return nil
}

// loginServer is the server's side of AUTH LOGIN, which go-sasl lacks: it asks for the name, then for the password.
type loginServer struct {
	check    func(username, password string) error
	answers  [][]byte
	prompted int
}

func (l *loginServer) Next(response []byte) (challenge []byte, done bool, err error) {
	if l.prompted > 0 || response != nil {
		l.answers = append(l.answers, bytes.Clone(response))
	}
	prompts := []string{"Username:", "Password:"}
	if len(l.answers) > len(prompts) {
		return nil, false, errors.New("mailtest: too many answers to AUTH LOGIN")
	}
	if len(l.answers) < len(prompts) {
		l.prompted++
		return []byte(prompts[len(l.answers)]), false, nil
	}
	return nil, true, l.check(string(l.answers[0]), string(l.answers[1]))
}

// cramServer is the server's side of CRAM-MD5 (RFC 2195).
type cramServer struct {
	session    *loginSession
	challenged bool
}

func (s *cramServer) Next(response []byte) (challenge []byte, done bool, err error) {
	const said = "<1896.697170952@sink.test>"
	if !s.challenged {
		s.challenged = true
		return []byte(said), false, nil
	}
	want := s.session.server.settings
	mac := hmac.New(md5.New, []byte(want.password))
	mac.Write([]byte(said))
	if string(response) != want.username+" "+hex.EncodeToString(mac.Sum(nil)) {
		return nil, false, smtp.ErrAuthFailed
	}
	return nil, true, s.session.check(want.username, want.password)
}

// tokenServer is the server's side of XOAUTH2; the password is the token. It says why it refuses in a challenge, as Google does.
type tokenServer struct {
	session *loginSession
	refused bool
}

func (s *tokenServer) Next(response []byte) (challenge []byte, done bool, err error) {
	want := s.session.server.settings
	switch {
	case s.refused:
		return nil, false, smtp.ErrAuthFailed
	case response == nil:
		return []byte{}, false, nil
	case string(response) == fmt.Sprintf("user=%s\x01auth=Bearer %s\x01\x01", want.username, want.password):
		return nil, true, s.session.check(want.username, want.password)
	}
	s.refused = true
	return []byte(`{"status":"400","schemes":"Bearer"}`), false, nil
}

// scramServer is the server's side of SCRAM (RFC 5802), with the binding to the connection where its name asks for it.
type scramServer struct {
	session      *loginSession
	conversation *scram.ServerConversation
	started      bool
}

func (c *loginSession) scram(mechanism string) (sasl.Server, error) {
	hash := scram.SHA256
	if strings.HasPrefix(mechanism, "SCRAM-SHA-1") {
		hash = scram.SHA1
	}
	want := c.server.settings
	known, err := hash.NewClient(want.username, want.password, "")
	if err != nil {
		return nil, err
	}
	stored, err := known.GetStoredCredentialsWithError(scram.KeyFactors{Salt: "salt of the sink", Iters: 4096})
	if err != nil {
		return nil, err
	}
	server, err := hash.NewServer(func(name string) (scram.StoredCredentials, error) {
		if name != want.username {
			return scram.StoredCredentials{}, errors.New("mailtest: nobody is called so")
		}
		return stored, nil
	})
	if err != nil {
		return nil, err
	}
	if !strings.HasSuffix(mechanism, "-PLUS") {
		return &scramServer{session: c, conversation: server.NewConversation()}, nil
	}
	binding, err := c.binding()
	return &scramServer{session: c, conversation: server.NewConversationWithChannelBindingRequired(binding)}, err
}

// binding is what ties a log-in to the connection that it comes over (RFC 9266).
func (c *loginSession) binding() (scram.ChannelBinding, error) {
	conn, encrypted := c.conn.Conn().(*tls.Conn)
	if !encrypted {
		return scram.ChannelBinding{}, errors.New("mailtest: nothing to bind to without TLS")
	}
	state := conn.ConnectionState()
	return scram.NewTLSExporterBinding(&state)
}

func (s *scramServer) Next(response []byte) (challenge []byte, done bool, err error) {
	if !s.started && response == nil {
		return []byte{}, false, nil
	}
	s.started = true
	if s.conversation.Done() { // the client has taken our proof, too
		want := s.session.server.settings
		return nil, true, s.session.check(want.username, want.password)
	}
	said, err := s.conversation.Step(string(response))
	if err != nil {
		return nil, false, smtp.ErrAuthFailed
	}
	return []byte(said), false, nil
}
