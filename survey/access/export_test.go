package access

import (
	"context"
	"time"
)

// What tests see of the gate and of what makes guesses slow.
const (
	HashesAtOnce  = hashesAtOnce
	HashesWaiting = hashesWaiting
	CountsKept    = countsKept
	DevicesKept   = devicesKept
	ResetsOut     = resetsOut
	LongestWait   = longestWait
)

// Free is how many wrong passwords cost no wait, of an account from a network, of a device, of an account, of a network.
func Free() (pair, device, account, network int) {
	return guessing.pair.free, guessing.device.free, guessing.account.free, guessing.network.free
}

// Hashing runs work where passwords are hashed.
func (s *Service) Hashing(ctx context.Context, work func()) error { return s.hashing.pass(ctx, work) }

// Guessed counts a wrong password of a stranger, without hashing it.
func (s *Service) Guessed(account string, from Browser) error {
	_, err := s.guesses.begin(s.clock(), s.guesses.stranger(account, from))
	return err
}

// Guesses are the waits without the passwords.
type Guesses struct{ *slowdown }

func NewGuesses() Guesses { return Guesses{newSlowdown(guessing)} }

// Wrong counts a wrong password of a stranger.
func (g Guesses) Wrong(now time.Time, account, remote string) error {
	_, err := g.begin(now, g.stranger(account, Browser{Remote: remote}))
	return err
}

// Right counts a right password of a stranger.
func (g Guesses) Right(now time.Time, account, remote string) error {
	try, err := g.begin(now, g.stranger(account, Browser{Remote: remote}))
	if err == nil {
		try.right()
	}
	return err
}

// Kept is how many keys are counted.
func (g Guesses) Kept() int {
	return g.byPair.kept.Len() + g.byDevice.kept.Len() + g.byAccount.kept.Len() + g.byNet.kept.Len()
}

// OldHash hashes a password as it came, as older versions did.
func (s *Service) OldHash(password string) string { return hashPassword(password, s.random) }
