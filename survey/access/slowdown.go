package access

import (
	"crypto/sha256"
	"fmt"
	"math"
	"net/netip"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"earshot/survey"
)

// ladder says how much longer each wrong password makes the next try wait: not at all for the first few, then a second,
// then twice as long each time.
type ladder struct {
	// free are the wrong ones that cost nothing: people mistype.
	free int
	// fades is after how long one of them is forgotten.
	fades time.Duration
}

// ladders are those of one kind of try: by what it is counted.
type ladders struct {
	// pair is of an account from a network, device of a known browser, account of an account from anywhere, network of a
	// network at any account.
	pair, device, account, network ladder
}

// guessing are the ladders of wrong passwords. What is counted by the account alone, or by the network alone, takes more of
// them, for several people may stand behind it.
//
// The counts lie in this process, so n processes on one store allow n times as many. That is harmless: a hundred processes
// would let some 1,200 guesses an hour through at one account from one network, against passwords of twelve characters
// that are not among the usual ones. In the store each guess of a stranger would cost a write.
var guessing = ladders{
	pair:    ladder{free: 2, fades: 5 * time.Minute},
	device:  ladder{free: 4, fades: 5 * time.Minute},
	account: ladder{free: 20, fades: time.Minute},
	network: ladder{free: 50, fades: 20 * time.Second},
}

// The least and the longest wait.
const (
	firstWait   = time.Second
	longestWait = 5 * time.Minute
)

// wait is how long the next try waits after so many wrong ones.
func (l ladder) wait(wrong float64) time.Duration {
	steps := int(math.Ceil(wrong)) - l.free
	switch {
	case steps <= 0:
		return 0
	case steps > 20:
		return longestWait
	}
	return min(firstWait<<(steps-1), longestWait)
}

// countsKept is how many keys of each kind are counted at once. One takes some 200 bytes whatever was typed, so all four
// kinds take 15 MB together. Those that made no try for longest are forgotten first.
const countsKept = 16_384

// limitKey is the hash of a key, so that its size does not depend on the caller.
type limitKey [16]byte

func keyOf(key string) limitKey {
	sum := sha256.Sum256([]byte(key))
	return limitKey(sum[:16])
}

// count is how many wrong ones there were as of a time; from then on they fade. The wait begins at the last of them.
type count struct {
	wrong    float64
	at, last time.Time
}

// counts are the wrong ones by key. A caller holds the lock of slowdown.
type counts struct {
	ladder
	kept *simplelru.LRU[limitKey, count]
}

func newCounts(l ladder) counts {
	kept, err := simplelru.NewLRU[limitKey, count](countsKept, nil)
	if err != nil {
		panic("access: " + err.Error()) // only for a size below 1
	}
	return counts{ladder: l, kept: kept}
}

// wait is how long a key has to wait yet.
func (c counts) wait(now time.Time, key limitKey) time.Duration {
	n, _ := c.kept.Peek(key)
	return n.last.Add(c.ladder.wait(n.wrong)).Sub(now)
}

// add counts one more, and returns when the one before it was.
func (c counts) add(now time.Time, key limitKey) (before time.Time) {
	n, _ := c.kept.Get(key)
	faded := float64(now.Sub(n.at)) / float64(c.fades)
	c.kept.Add(key, count{wrong: max(n.wrong-faded, 0) + 1, at: now, last: now})
	return n.last
}

// takeBack counts one less, which was at a time. The wait begins at the one before it again, if none came since.
func (c counts) takeBack(key limitKey, at, before time.Time) {
	n, known := c.kept.Peek(key)
	if !known || n.wrong <= 1 {
		c.kept.Remove(key)
		return
	}
	n.wrong--
	if n.last.Equal(at) {
		n.last = before
	}
	c.kept.Add(key, n)
}

// mark is one key that a try is counted by.
type mark struct {
	by  *counts
	key limitKey
	// own says that nobody else is counted by it, so that success forgets all of it.
	own bool
	// before is when the one before was counted.
	before time.Time
}

// slowdown makes those wait who have tried too often.
type slowdown struct {
	mu                                 sync.Mutex
	byPair, byDevice, byAccount, byNet counts
}

func newSlowdown(l ladders) *slowdown {
	return &slowdown{
		byPair: newCounts(l.pair), byDevice: newCounts(l.device), byAccount: newCounts(l.account), byNet: newCounts(l.network),
	}
}

// stranger is who tries an account from a browser that is not known there: counted at that account from that network, at
// that account from anywhere, and from that network at any account, unless many stand behind its address.
func (d *slowdown) stranger(account string, from Browser) []mark {
	network := networkOf(from.Remote)
	marks := []mark{
		{by: &d.byPair, key: keyOf(account + "\x00" + network), own: true},
		{by: &d.byAccount, key: keyOf(account)},
	}
	if !from.Shared {
		marks = append(marks, mark{by: &d.byNet, key: keyOf(network)})
	}
	return marks
}

// familiar is who tries it from a device or a session that belongs there: counted by that alone, so that nobody else can
// make them wait.
func (d *slowdown) familiar(id string) []mark {
	return []mark{{by: &d.byDevice, key: keyOf(id), own: true}}
}

// guess is one try that was counted as a wrong one, until it is known better.
type guess struct {
	all   *slowdown
	at    time.Time
	marks []mark
}

// begin counts a try. Where it comes too early it counts nothing and returns RateLimited.
func (d *slowdown) begin(now time.Time, marks []mark) (*guess, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	var wait time.Duration
	for _, m := range marks {
		wait = max(wait, m.by.wait(now, m.key))
	}
	if wait > 0 {
		return nil, tooMany(wait)
	}
	for i, m := range marks {
		marks[i].before = m.by.add(now, m.key)
	}
	return &guess{all: d, at: now, marks: marks}, nil
}

// void counts the try no more: the password was not looked at.
func (g *guess) void() {
	g.all.mu.Lock()
	defer g.all.mu.Unlock()
	for _, m := range g.marks {
		m.by.takeBack(m.key, g.at, m.before)
	}
}

// right counts the try no more, and forgets the wrong ones before it of whoever made it. Those that others may have made
// stay: whoever knows one password may be trying others.
func (g *guess) right() {
	g.void()
	g.all.mu.Lock()
	defer g.all.mu.Unlock()
	for _, m := range g.marks {
		if m.own {
			m.by.kept.Remove(m.key)
		}
	}
}

// tooMany is said of a try that comes too early.
func tooMany(wait time.Duration) error {
	err := survey.Errorf(survey.RateLimited, "too many tries; wait %s and try again", inWords(wait))
	err.RetryAfter = wait
	return err
}

// inWords says how long to wait, rounded up.
func inWords(wait time.Duration) string {
	seconds := int((wait + time.Second - 1) / time.Second)
	switch {
	case seconds <= 1:
		return "a second"
	case seconds < 60:
		return fmt.Sprintf("%d seconds", seconds)
	case seconds == 60:
		return "a minute"
	}
	return fmt.Sprintf("%d minutes", (seconds+59)/60)
}

// networkOf returns what network addresses are counted by: an IPv6 address by the /64 that its owner has to himself.
func networkOf(remote string) string {
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
