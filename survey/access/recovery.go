package access

import (
	"context"
	"slices"
	"strings"

	"earshot/survey"
	"earshot/survey/internal/secret"
)

// RecoveryCodes is how many recovery codes are made at a time.
const RecoveryCodes = 10

// A recovery code has 80 random bits, in groups that can be typed: far too many to try a hash of, so a plain one is stored.
const (
	recoveryBytes = 10
	recoveryGroup = 4
)

// newRecovery returns fresh recovery codes and what is stored of them.
func (s *Service) newRecovery() (codes, hashes []string) {
	for range RecoveryCodes {
		raw := make([]byte, recoveryBytes)
		secret.Read(s.random, raw)
		code := secret.Alphabet.EncodeToString(raw)
		hashes = append(hashes, secret.Hash(code))
		var groups []string
		for group := range slices.Chunk([]byte(code), recoveryGroup) {
			groups = append(groups, string(group))
		}
		codes = append(codes, strings.Join(groups, "-"))
	}
	return codes, hashes
}

// RenewRecovery makes the recovery codes anew; those before stop working. They are returned this once.
func (s *Service) RenewRecovery(ctx context.Context, id survey.RepID) ([]string, error) {
	codes, hashes := s.newRecovery()
	_, err := s.changeFactors(ctx, id, func(rep *Rep) error {
		if !rep.Factors.Any() {
			return survey.Errorf(survey.Conflict, "recovery codes stand in for a second factor; set one up first")
		}
		rep.Factors.Recovery, rep.Factors.RecoveryAt = hashes, s.now()
		return nil
	})
	return codes, err
}

// tidyCode returns a code as it was made, however it was typed.
func tidyCode(typed string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if strings.ContainsRune("- \u00a0\t", r) {
			return -1
		}
		return r
	}, typed))
}

// spend uses a recovery code up, and says whether there was such a one.
func (f *Factors) spend(code string) bool {
	for i, hash := range f.Recovery {
		if secret.Matches(hash, tidyCode(code)) {
			f.Recovery = slices.Delete(slices.Clone(f.Recovery), i, i+1)
			return true
		}
	}
	return false
}
