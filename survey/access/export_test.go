package access

import (
	"context"
	"time"
)

// What tests see of the gate and of the limits.
const (
	HashesAtOnce     = hashesAtOnce
	HashesWaiting    = hashesWaiting
	GuessesByAccount = guessesByAccount
	GuessesByRemote  = guessesByRemote
	GuessesFade      = guessesFade
	CountsKept       = countsKept
)

// Hashing runs work where passwords are hashed.
func (s *Service) Hashing(ctx context.Context, work func()) error { return s.hashing.pass(ctx, work) }

// Guesses are limits without the passwords.
type Guesses struct{ g guesses }

func NewGuesses() *Guesses { return &Guesses{newGuesses()} }

// Wrong counts a wrong password.
func (g *Guesses) Wrong(now time.Time, account, remote string) error {
	_, err := g.g.begin(now, account, remote)
	return err
}

// Right counts a right password.
func (g *Guesses) Right(now time.Time, account, remote string) error {
	try, err := g.g.begin(now, account, remote)
	if err == nil {
		try.right()
	}
	return err
}

// Kept is how many keys are counted.
func (g *Guesses) Kept() int { return g.g.byAccount.counts.Len() + g.g.byRemote.counts.Len() }
