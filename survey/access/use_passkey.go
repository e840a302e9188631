package access

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"slices"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"earshot/survey"
)

// refusedPasskey is said of an answer that does not hold. Why is the library's to know, not who tries.
func refusedPasskey() error {
	return survey.Errorf(survey.Unauthenticated, "this passkey was not accepted; try again, or another one")
}

// provePasskey checks an answer by one of the rep's passkeys to a challenge for that purpose. Guessing it is no use, so
// wrong ones are not counted.
func (s *Service) provePasskey(ctx context.Context, id survey.RepID, sent string, purpose purpose) (*Rep, error) {
	if s.passkeys == nil {
		return nil, noPasskeys()
	}
	answer, err := protocol.ParseCredentialRequestResponseBytes([]byte(sent))
	if err != nil {
		return nil, unreadablePasskey()
	}
	of, verify := id, protocol.VerificationPreferred
	if purpose == toEnter {
		if id = survey.RepID(answer.Response.UserHandle); id == "" || len(id) > 64 {
			return nil, refusedPasskey()
		}
		of, verify = "", protocol.VerificationRequired
	}
	made, err := s.openChallenge(ctx, answer.Response.CollectedClientData.Challenge, purpose, of)
	if err != nil {
		return nil, err
	}
	return s.usePasskey(ctx, id, answer, verify, made)
}

// usePasskey verifies the answer, and writes down that the passkey was used.
func (s *Service) usePasskey(ctx context.Context, id survey.RepID, answer *protocol.ParsedCredentialAssertionData, verify protocol.UserVerificationRequirement, made time.Time) (*Rep, error) {
	rep, err := s.changeFactors(ctx, id, func(rep *Rep) error {
		owner, err := ownerOf(rep)
		if err != nil {
			return err
		}
		used, err := s.passkeys.ValidateLogin(owner, webauthn.SessionData{
			Challenge: answer.Response.CollectedClientData.Challenge, UserID: owner.WebAuthnID(), UserVerification: verify,
		}, answer)
		if err != nil {
			return refusedPasskey()
		}
		if used.Authenticator.CloneWarning {
			return survey.Errorf(survey.Unauthenticated, "this passkey’s counter went back, so it may have been copied; use another one, and remove it")
		}
		return rep.Factors.noteUse(used, made, s.now())
	})
	if survey.KindOf(err) == survey.NotFound {
		return nil, refusedPasskey()
	}
	return rep, err
}

// noteUse writes down that a passkey answered the challenge that was made then, or refuses one that was answered already.
func (f *Factors) noteUse(used *webauthn.Credential, made, now time.Time) error {
	id := base64.RawURLEncoding.EncodeToString(used.ID)
	record, err := json.Marshal(used)
	if err != nil {
		return err
	}
	f.Passkeys = slices.Clone(f.Passkeys)
	for i := range f.Passkeys {
		if p := &f.Passkeys[i]; p.ID == id {
			if !made.After(p.Challenge) {
				return survey.Errorf(survey.Unauthenticated, "that was used already; try again")
			}
			p.Record, p.Challenge, p.UsedAt = string(record), made, now
		}
	}
	return nil
}

// LoginByPasskey begins the session of the rep whose passkey answered, without a password: the device has asked for
// fingerprint, face or PIN.
func (s *Service) LoginByPasskey(ctx context.Context, answer string, from Browser) (*Entry, error) {
	if err := s.byPassword(); err != nil {
		return nil, err
	}
	rep, err := s.provePasskey(ctx, "", answer, toEnter)
	if err != nil {
		return nil, err
	}
	if !rep.DisabledAt.IsZero() {
		return nil, refusedPasskey()
	}
	return s.Enter(ctx, rep, from)
}
