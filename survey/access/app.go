package access

import (
	"context"
	"crypto/subtle"
	"encoding/base32"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"earshot/survey"
	"earshot/survey/internal/secret"
)

// Time-based codes as every authenticator app makes them (RFC 6238): SHA-1, six digits, a step of 30 seconds. The clocks of
// phones and servers may be one step apart.
const (
	codeDigits = 6
	codeStep   = 30 * time.Second
	codeSkew   = 1
	// codeSecretBytes is the length that the RFC recommends.
	codeSecretBytes = 20
)

// codeSecret is how apps take secrets.
var codeSecret = base32.StdEncoding.WithPadding(base32.NoPadding)

// Offer is an authenticator app that waits for its first code.
type Offer struct {
	// Secret is typed into the app by hand; URL is the same as an otpauth: address, for a picture that the app reads.
	Secret, URL string
}

// OfferApp makes the secret for a rep's authenticator app. One that was offered before and not confirmed is over; an app
// that is in use goes on until the new one is confirmed.
func (s *Service) OfferApp(ctx context.Context, id survey.RepID) error {
	raw := make([]byte, codeSecretBytes)
	secret.Read(s.random, raw)
	_, err := s.changeFactors(ctx, id, func(rep *Rep) error {
		rep.Factors.Offered = App{Secret: codeSecret.EncodeToString(raw), Since: s.now()}
		return nil
	})
	return err
}

// OfferedApp returns the authenticator app that waits for its first code, or NotFound.
func (s *Service) OfferedApp(rep *Rep, company string) (*Offer, error) {
	if rep.Factors.Offered.Secret == "" {
		return nil, survey.Errorf(survey.NotFound, "no authenticator app is being set up; begin again")
	}
	raw, err := codeSecret.DecodeString(rep.Factors.Offered.Secret)
	if err != nil {
		return nil, err
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: issuerOf(company), AccountName: rep.Email, Secret: raw})
	if err != nil {
		return nil, err
	}
	return &Offer{Secret: key.Secret(), URL: key.URL()}, nil
}

// issuerOf is what an app calls us: the company tells several installations apart.
func issuerOf(company string) string { return "Earshot " + company }

// ConfirmApp takes the app that was offered into use, if it made that code. Returns fresh recovery codes where the rep had
// none.
func (s *Service) ConfirmApp(ctx context.Context, id survey.RepID, code string) ([]string, error) {
	codes, hashes := s.newRecovery()
	_, refused, err := s.try(ctx, id, func(rep *Rep) error {
		offered := rep.Factors.Offered
		if offered.Secret == "" {
			return survey.Errorf(survey.NotFound, "no authenticator app is being set up; begin again")
		}
		step, right := s.stepOf(offered, code)
		if !right {
			return wrongCode()
		}
		rep.Factors.App = App{Secret: offered.Secret, Since: s.now(), Step: step}
		rep.Factors.Offered = App{}
		if len(rep.Factors.Recovery) > 0 {
			codes = nil
			return nil
		}
		rep.Factors.Recovery, rep.Factors.RecoveryAt = hashes, s.now()
		return nil
	})
	if err != nil || refused != nil {
		return nil, errorsFirst(err, refused)
	}
	return codes, nil
}

// wrongCode is said of a code that is not the right one now.
func wrongCode() error {
	return survey.InvalidField("code", "is not right: type the one that the app shows now, and look whether the phone’s clock is right")
}

// stepOf returns the time step whose code that is, if it is of now and was not used.
func (s *Service) stepOf(app App, code string) (int64, bool) {
	now := s.clock().Unix() / int64(codeStep.Seconds())
	for step := now - codeSkew; step <= now+codeSkew; step++ {
		at := time.Unix(step*int64(codeStep.Seconds()), 0)
		want, err := totp.GenerateCodeCustom(app.Secret, at, totp.ValidateOpts{
			Period: uint(codeStep.Seconds()), Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1,
		})
		if err == nil && step > app.Step && subtle.ConstantTimeCompare([]byte(want), []byte(tidyCode(code))) == 1 {
			return step, true
		}
	}
	return 0, false
}
