package mail

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"log/slog"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/emersion/go-msgauth/dkim"
)

// LookupTXT asks the DNS for the texts at a name, as net.Resolver does.
type LookupTXT func(ctx context.Context, name string) ([]string, error)

// keyring chooses the keys that sign. Of each algorithm it is the first whose record is in the DNS, so that a new key may be named before it
// is published, and the old one goes on until then; where the DNS shows none of them, the first. That may be a DNS that shows this machine less
// than the world, and a signature that nobody can verify does no more harm than none. One key alone signs always.
type keyring struct {
	keys   []*signer
	lookup LookupTXT
	now    func() time.Time
	log    *slog.Logger

	mu      sync.Mutex
	chosen  []*signer
	states  []KeyState // of the last answer
	askedAt time.Time
	asking  chan struct{} // closed when the answer is there; nil while nobody asks
}

const (
	// keyLife is how long an answer of the DNS about keys holds.
	keyLife = 10 * time.Minute
	// keyPatience is how long the first mail waits for it, keyTimeout how long the question may take.
	keyPatience = 2 * time.Second
	keyTimeout  = 10 * time.Second
)

// current returns the keys that sign now. Once an answer is known nobody waits for the next.
func (k *keyring) current() []*signer {
	if len(k.keys) < 2 || k.lookup == nil {
		return k.first(k.keys)
	}
	k.mu.Lock()
	if k.asking == nil && (k.askedAt.IsZero() || k.now().Sub(k.askedAt) > keyLife) {
		k.asking = make(chan struct{})
		go k.ask()
	}
	chosen, asking := k.chosen, k.asking
	k.mu.Unlock()
	if chosen != nil {
		return chosen
	}
	select {
	case <-asking:
		k.mu.Lock()
		defer k.mu.Unlock()
		return k.chosen
	case <-time.After(keyPatience):
		return k.first(k.keys)
	}
}

// ask asks the DNS for all keys at once and chooses.
func (k *keyring) ask() {
	ctx, cancel := context.WithTimeout(context.Background(), keyTimeout)
	defer cancel()
	began := k.now() // from when on what is found may be outdated
	states := make([]KeyState, len(k.keys))
	var all sync.WaitGroup
	for i, s := range k.keys {
		all.Go(func() { states[i] = s.state(ctx, k.lookup) })
	}
	all.Wait()
	k.mu.Lock()
	defer k.mu.Unlock()
	k.askedAt = began
	if answered := !slices.ContainsFunc(states, func(s KeyState) bool { return s.Published == KeyUnknown }); answered || k.chosen == nil {
		k.choose(states)
	}
	close(k.asking)
	k.asking = nil
}

// choose takes an answer; what is unknown may sign. It says what is missing, once.
func (k *keyring) choose(states []KeyState) {
	var usable, missing []*signer
	for i, s := range k.keys {
		if states[i].Published == KeyMissing {
			missing = append(missing, s)
		} else {
			usable = append(usable, s)
		}
	}
	if !slices.Equal(states, k.states) {
		for _, s := range missing {
			k.log.Warn("a DKIM key is not in the DNS as this machine sees it", "record", s.record(), "others_sign", len(usable) > 0)
		}
	}
	if len(usable) == 0 {
		usable = k.keys
	}
	k.chosen, k.states = k.first(usable), states
}

// first returns the first of each algorithm, RSA before Ed25519, which not every receiver knows.
func (k *keyring) first(keys []*signer) []*signer {
	var rsa, ed []*signer
	for _, s := range keys {
		if _, is := s.options.Signer.Public().(ed25519.PublicKey); is {
			ed = append(ed, s)
		} else {
			rsa = append(rsa, s)
		}
	}
	return append(slices.Clone(rsa[:min(1, len(rsa))]), ed[:min(1, len(ed))]...)
}

// sign returns the message with a signature by each of the current keys on top; without keys it is left as it is.
func (k *keyring) sign(message []byte) ([]byte, error) {
	var err error
	for _, s := range k.current() {
		if message, err = s.sign(message); err != nil {
			return nil, err
		}
	}
	return message, nil
}

// Published says whether receivers can verify what a key signs.
type Published string

// What the DNS says of a key.
const (
	KeyPublished Published = "published"
	KeyMissing   Published = "missing" // the record is not there, or holds another key
	KeyUnknown   Published = "unknown" // the DNS could not be asked
)

// KeyState is what the DNS says of a key.
type KeyState struct {
	Published
	// Found says what stands in the way; empty of a key that is published.
	Found string
}

// State asks the DNS whether the record is there, as a receiver would: it verifies a signature.
func (d DKIM) State(ctx context.Context, lookup LookupTXT) KeyState {
	var p problems
	s := d.checked("", &p)
	if len(p) > 0 {
		return KeyState{KeyMissing, "the key is not valid"}
	}
	return s.state(ctx, lookup)
}

// sample is what is signed to see whether the signature can be verified.
const sample = "From: <sample@example.com>\r\nSubject: sample\r\n\r\nsample\r\n"

func (s *signer) state(ctx context.Context, lookup LookupTXT) KeyState {
	signed, err := s.sign([]byte(sample))
	if err != nil {
		return KeyState{KeyMissing, err.Error()}
	}
	var mu sync.Mutex // signatures are verified side by side
	var unanswered error
	found, err := dkim.VerifyWithOptions(bytes.NewReader(signed), &dkim.VerifyOptions{LookupTXT: func(name string) ([]string, error) {
		texts, err := lookup(ctx, name)
		var dns *net.DNSError
		if err != nil && (!errors.As(err, &dns) || !dns.IsNotFound) {
			mu.Lock()
			defer mu.Unlock()
			unanswered = err
		}
		return texts, err
	}})
	switch {
	case unanswered != nil:
		return KeyState{KeyUnknown, unanswered.Error()}
	case err != nil:
		return KeyState{KeyMissing, err.Error()}
	case len(found) != 1:
		return KeyState{KeyMissing, "nothing was signed"}
	case found[0].Err != nil:
		return KeyState{KeyMissing, found[0].Err.Error()}
	}
	return KeyState{Published: KeyPublished}
}
