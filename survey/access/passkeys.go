package access

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"earshot/survey"
)

// mostPasskeys is how many passkeys one rep may have: more than anybody has devices.
const mostPasskeys = 20

// newPasskeys returns what checks passkeys for an installation at that address; nil where browsers make none.
func newPasskeys(baseURL string) (*webauthn.WebAuthn, error) {
	u, err := url.Parse(baseURL)
	if err != nil {
		return nil, fmt.Errorf("access: the base URL: %w", err)
	}
	if !makesPasskeys(u) {
		return nil, nil //nolint:nilnil // no passkeys is no failure
	}
	return webauthn.New(&webauthn.Config{
		RPID: strings.ToLower(u.Hostname()), RPDisplayName: "Earshot", RPOrigins: []string{u.Scheme + "://" + strings.ToLower(u.Host)},
		AttestationPreference:             protocol.PreferNoAttestation,
		ExtensionsUnsolicitedOutputPolicy: protocol.UnsolicitedOutputPolicyIgnore,
	})
}

// makesPasskeys says whether browsers make passkeys for that address: they want a name, not numbers, and HTTPS except on
// the machine itself.
func makesPasskeys(u *url.URL) bool {
	host := strings.ToLower(u.Hostname())
	_, notNumbers := netip.ParseAddr(host)
	local := host == "localhost" || strings.HasSuffix(host, ".localhost")
	return host != "" && notNumbers != nil && (u.Scheme == "https" || local)
}

// HasPasskeys says whether the installation can be used with passkeys.
func (s *Service) HasPasskeys() bool { return s.passkeys != nil }

// passkeyOwner is a rep as the library knows one. The handle that lies in passkeys is the rep's id, which is random.
type passkeyOwner struct {
	rep  *Rep
	keys []webauthn.Credential
}

func (o *passkeyOwner) WebAuthnID() []byte                         { return []byte(o.rep.ID) }
func (o *passkeyOwner) WebAuthnName() string                       { return o.rep.Email }
func (o *passkeyOwner) WebAuthnDisplayName() string                { return o.rep.Name }
func (o *passkeyOwner) WebAuthnCredentials() []webauthn.Credential { return o.keys }

// ownerOf reads the rep's passkeys.
func ownerOf(rep *Rep) (*passkeyOwner, error) {
	o := &passkeyOwner{rep: rep, keys: make([]webauthn.Credential, len(rep.Factors.Passkeys))}
	for i, p := range rep.Factors.Passkeys {
		if err := json.Unmarshal([]byte(p.Record), &o.keys[i]); err != nil {
			return nil, err
		}
	}
	return o, nil
}

// descriptors name the rep's passkeys to a browser.
func (o *passkeyOwner) descriptors() []protocol.CredentialDescriptor {
	var all []protocol.CredentialDescriptor
	for i := range o.keys {
		all = append(all, o.keys[i].Descriptor())
	}
	return all
}

// EntryOptions is what a browser needs to log somebody in by a passkey alone, in JSON; empty where there are no passkeys.
func (s *Service) EntryOptions(ctx context.Context) (string, error) {
	if s.passkeys == nil || s.signOn.Only {
		return "", nil
	}
	challenge, err := s.newChallenge(ctx, toEnter, "")
	if err != nil {
		return "", err
	}
	options, _, err := s.passkeys.BeginDiscoverableLogin(webauthn.WithChallenge(challenge), webauthn.WithUserVerification(protocol.VerificationRequired))
	return inJSON(options, err)
}

// inJSON returns what the library made as browsers take it.
func inJSON(options any, err error) (string, error) {
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(options)
	return string(text), err
}

// ConfirmOptions is what a browser needs to confirm by a passkey who is logged in, in JSON; empty where the rep has none.
func (s *Service) ConfirmOptions(ctx context.Context, rep *Rep) (string, error) {
	return s.proofOptions(ctx, rep, toConfirm)
}

// proofOptions asks for one of the rep's passkeys.
func (s *Service) proofOptions(ctx context.Context, rep *Rep, purpose purpose) (string, error) {
	if s.passkeys == nil || len(rep.Factors.Passkeys) == 0 {
		return "", nil
	}
	owner, err := ownerOf(rep)
	if err != nil {
		return "", err
	}
	challenge, err := s.newChallenge(ctx, purpose, survey.RepID(rep.ID))
	if err != nil {
		return "", err
	}
	options, _, err := s.passkeys.BeginLogin(owner, webauthn.WithChallenge(challenge), webauthn.WithUserVerification(protocol.VerificationPreferred))
	return inJSON(options, err)
}

// EnrolOptions is what a browser needs to make a passkey for the rep, in JSON; empty where there are no passkeys. It is to be
// one that the device finds by itself, so that the rep can come in by it alone; where a device cannot, it serves beside the
// password.
func (s *Service) EnrolOptions(ctx context.Context, rep *Rep) (string, error) {
	if s.passkeys == nil {
		return "", nil
	}
	owner, err := ownerOf(rep)
	if err != nil {
		return "", err
	}
	challenge, err := s.newChallenge(ctx, toEnrol, survey.RepID(rep.ID))
	if err != nil {
		return "", err
	}
	options, _, err := s.passkeys.BeginRegistration(owner, webauthn.WithExclusions(owner.descriptors()),
		webauthn.WithAuthenticatorSelection(protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementPreferred, UserVerification: protocol.VerificationPreferred,
		}))
	if err == nil {
		options.Response.Challenge = challenge
	}
	return inJSON(options, err)
}

// AddPasskey takes a passkey into use that the browser has made. Returns fresh recovery codes where the rep had none.
func (s *Service) AddPasskey(ctx context.Context, id survey.RepID, name, made string) ([]string, error) {
	if s.passkeys == nil {
		return nil, noPasskeys()
	}
	if name = survey.Tidy(name); name == "" || utf8.RuneCountInString(name) > 100 {
		return nil, survey.InvalidField("name", "must have 1 to 100 characters, so that you know later which one it is")
	}
	answer, err := protocol.ParseCredentialCreationResponseBytes([]byte(made))
	if err != nil {
		return nil, unreadablePasskey()
	}
	sent := answer.Response.CollectedClientData.Challenge
	if _, err := s.openChallenge(ctx, sent, toEnrol, id); err != nil {
		return nil, err
	}
	codes, hashes := s.newRecovery()
	_, err = s.changeFactors(ctx, id, func(rep *Rep) error {
		fresh, err := s.madePasskey(rep, answer, sent)
		if err != nil {
			return err
		}
		fresh.Name = name
		rep.Factors.Passkeys = append(slices.Clip(rep.Factors.Passkeys), *fresh)
		if len(rep.Factors.Recovery) > 0 {
			codes = nil
			return nil
		}
		rep.Factors.Recovery, rep.Factors.RecoveryAt = hashes, s.now()
		return nil
	})
	if err != nil {
		return nil, err
	}
	return codes, nil
}

// madePasskey checks what the browser made, and returns what is kept of it.
func (s *Service) madePasskey(rep *Rep, answer *protocol.ParsedCredentialCreationData, challenge string) (*Passkey, error) {
	owner, err := ownerOf(rep)
	if err != nil {
		return nil, err
	}
	if len(owner.keys) >= mostPasskeys {
		return nil, survey.Errorf(survey.Conflict, "you have %d passkeys already; remove one first", mostPasskeys)
	}
	made, err := s.passkeys.CreateCredential(owner, webauthn.SessionData{
		Challenge: challenge, UserID: owner.WebAuthnID(), UserVerification: protocol.VerificationPreferred,
		CredParams: webauthn.CredentialParametersDefault(),
	}, answer)
	if err != nil {
		return nil, survey.Errorf(survey.Unauthenticated, "this passkey was not accepted; open the page at the address that -base-url names, and try again")
	}
	name := base64.RawURLEncoding.EncodeToString(made.ID)
	if slices.ContainsFunc(rep.Factors.Passkeys, func(p Passkey) bool { return p.ID == name }) {
		return nil, survey.Errorf(survey.Conflict, "this passkey is one of yours already")
	}
	record, err := json.Marshal(made)
	return &Passkey{ID: name, Record: string(record), CreatedAt: s.now()}, err
}

// noPasskeys is said where browsers make none.
func noPasskeys() error {
	return survey.Errorf(survey.Conflict, "passkeys need an installation that is reached by HTTPS and by a name: see -base-url")
}

// unreadablePasskey is said of what no browser sends.
func unreadablePasskey() error {
	return survey.Errorf(survey.Unauthenticated, "the browser’s answer could not be read; try again")
}
