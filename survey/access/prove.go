package access

import (
	"context"
	"time"

	"earshot/survey"
)

// Proof is what somebody shows of a second factor: one of the two.
type Proof struct {
	// Code is one of the authenticator app, or a recovery code; they are told apart by their length.
	Code string
	// Passkey is what the browser made of a challenge of ours, in JSON.
	Passkey string
}

// isRecovery says whether it is a recovery code, going by its length.
func (p Proof) isRecovery() bool { return p.Passkey == "" && len(tidyCode(p.Code)) != codeDigits }

// longestCode is longer than any code with blanks in it, in bytes.
const longestCode = 64

// Wrong codes at one account: the first few cost nothing, each further one doubles how long the next must wait. It counts
// for whoever has shown the password or is logged in, so a stranger keeps nobody out. At an hour a code, guessing one of a
// million takes decades.
const (
	freeWrong  = 3
	firstDelay = 5 * time.Second
	worstDelay = time.Hour
)

// delay is how long after the last wrong code the next one is looked at.
func (f Factors) delay() time.Duration {
	wait := firstDelay
	for range f.Wrong - freeWrong {
		wait = min(2*wait, worstDelay)
	}
	if f.Wrong < freeWrong {
		return 0
	}
	return wait
}

// try lets look judge something that can be guessed, and counts it at the rep, in one write. What look refuses is returned
// as refused: wrong guesses are stored, too.
func (s *Service) try(ctx context.Context, id survey.RepID, look func(*Rep) error) (rep *Rep, refused, err error) {
	rep, err = s.changeFactors(ctx, id, func(rep *Rep) error {
		now := s.now()
		if wait := rep.Factors.WrongAt.Add(rep.Factors.delay()).Sub(now); wait > 0 {
			return tooMany(wait)
		}
		refused = look(rep)
		switch survey.KindOf(refused) {
		case survey.Invalid:
			rep.Factors.Wrong, rep.Factors.WrongAt = rep.Factors.Wrong+1, now
			return nil
		default:
			if refused == nil {
				rep.Factors.Wrong, rep.Factors.WrongAt = 0, time.Time{}
			}
			return refused
		}
	})
	return rep, refused, err
}

// prove checks a second factor of the rep, uses up what can be used once, and returns the rep. What is wrong is Invalid.
func (s *Service) prove(ctx context.Context, id survey.RepID, proof Proof, purpose purpose) (*Rep, error) {
	if proof.Passkey != "" {
		return s.provePasskey(ctx, id, proof.Passkey, purpose)
	}
	rep, refused, err := s.try(ctx, id, func(rep *Rep) error { return s.proveCode(rep, proof) })
	if err != nil || refused != nil {
		return nil, errorsFirst(err, refused)
	}
	return rep, nil
}

// proveCode checks a code, and uses it up in rep.
func (s *Service) proveCode(rep *Rep, proof Proof) error {
	if len(proof.Code) > longestCode {
		return survey.InvalidField("code", "is longer than any code; type one code only")
	}
	if proof.isRecovery() {
		if rep.Factors.spend(proof.Code) {
			return nil
		}
		return survey.InvalidField("code", "is no code of %d digits, and no recovery code that is still good", codeDigits)
	}
	step, right := s.stepOf(rep.Factors.App, proof.Code)
	if !rep.Factors.HasApp() || !right {
		return wrongCode()
	}
	rep.Factors.App.Step = step
	return nil
}

// errorsFirst returns the first error that is one.
func errorsFirst(all ...error) error {
	for _, err := range all {
		if err != nil {
			return err
		}
	}
	return nil
}
