package access

import (
	"crypto/sha256"
	"fmt"
	"net/netip"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"

	"earshot/survey"
)

// Wrong passwords that are allowed: at one account, against guessing a rep's password, and from one network address,
// against trying many reps. Each fades within fades, one after the other. While they are used up the right password is
// refused as well.
//
// The counts lie in this process, so n processes on one store allow n times as many. That is harmless: a hundred
// processes would let 4,000 guesses an hour through, against passwords of ten characters or more. In the store each guess
// of a stranger would cost a write.
const (
	guessesByAccount = 10
	guessesByRemote  = 50
	guessesFade      = 15 * time.Minute
)

// countsKept is how many accounts, and how many network addresses, are counted at once. One takes some 300 bytes whatever
// was typed, so this is 5 MB each. Those that made no try for longest are forgotten first.
const countsKept = 16_384

// limit allows tries by key: some at once, and as many again while they fade.
type limit struct {
	counts *lru.Cache[limitKey, *rate.Limiter]
	every  time.Duration
	most   int
}

// limitKey is the hash of a key, so that its size does not depend on the caller.
type limitKey [16]byte

func keyOf(key string) limitKey {
	sum := sha256.Sum256([]byte(key))
	return limitKey(sum[:16])
}

func newLimit(most int) limit {
	counts, err := lru.New[limitKey, *rate.Limiter](countsKept)
	if err != nil {
		panic("access: " + err.Error()) // only for a size below 1
	}
	return limit{counts: counts, every: guessesFade / time.Duration(most), most: most}
}

// try counts one try. Where it is one too many it counts nothing and returns how long to wait.
func (l limit) try(now time.Time, key limitKey) (*rate.Reservation, time.Duration) {
	count, known := l.counts.Get(key)
	if !known {
		fresh := rate.NewLimiter(rate.Every(l.every), l.most)
		if count, known, _ = l.counts.PeekOrAdd(key, fresh); !known {
			count = fresh
		}
	}
	taken := count.ReserveN(now, 1)
	wait := taken.DelayFrom(now)
	if wait > 0 {
		taken.CancelAt(now)
	}
	return taken, wait
}

// guesses limits how often passwords are tried.
type guesses struct{ byAccount, byRemote limit }

func newGuesses() guesses {
	return guesses{byAccount: newLimit(guessesByAccount), byRemote: newLimit(guessesByRemote)}
}

// guess is one try that was counted.
type guess struct {
	at      time.Time
	account limitKey
	limits  *guesses
	taken   []*rate.Reservation
}

// begin counts a try at an account from a network address, which is empty where it is known whose browser it is. Returns
// RateLimited where it is one too many.
func (g *guesses) begin(now time.Time, account, remote string) (*guess, error) {
	try := &guess{at: now, account: keyOf(account), limits: g}
	if remote != "" {
		taken, wait := g.byRemote.try(now, keyOf(remoteKey(remote)))
		if wait > 0 {
			return nil, tooMany(wait)
		}
		try.taken = append(try.taken, taken)
	}
	taken, wait := g.byAccount.try(now, try.account)
	if wait > 0 {
		return nil, tooMany(wait)
	}
	try.taken = append(try.taken, taken)
	return try, nil
}

// void counts the try no more: the password was not looked at.
func (t *guess) void() {
	for _, taken := range t.taken {
		taken.CancelAt(t.at)
	}
}

// right counts the try no more, nor the wrong ones before it at the account. Those from the network address stay: whoever
// knows one password may be trying others.
func (t *guess) right() {
	t.void()
	t.limits.byAccount.counts.Remove(t.account)
}

// tooMany is said of a try that is one too many.
func tooMany(wait time.Duration) error {
	err := survey.Errorf(survey.RateLimited, "too many tries to log in; wait %s and try again", inWords(wait))
	err.RetryAfter = wait
	return err
}

// inWords says how long to wait, rounded up.
func inWords(wait time.Duration) string {
	if minutes := int((wait + time.Minute - 1) / time.Minute); minutes > 1 {
		return fmt.Sprintf("%d minutes", minutes)
	}
	return "a minute"
}

// remoteKey returns what network addresses are counted by: an IPv6 address by the /64 that its owner has to himself.
func remoteKey(remote string) string {
	address, err := netip.ParseAddr(remote)
	if err != nil {
		return remote
	}
	if address = address.Unmap(); address.Is4() {
		return address.String()
	}
	network, err := address.WithZone("").Prefix(64)
	if err != nil {
		return remote
	}
	return network.String()
}
