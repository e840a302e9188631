package audit

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"earshot/survey/store"
)

// Line is an entry as it is exported, one a line. Its hash is the SHA-256, in hexadecimal, of the line without the member
// hash in the canonical form of RFC 8785, so that anybody can compute it again without Earshot.
type Line struct {
	Number    int64     `json:"number"`
	At        time.Time `json:"at"`
	Act       string    `json:"act"`
	Outcome   Outcome   `json:"outcome"`
	Detail    string    `json:"detail,omitempty"`
	Of        int64     `json:"of,omitempty"`
	Actor     Actor     `json:"actor"`
	From      string    `json:"from,omitempty"`
	Document  string    `json:"document,omitempty"`
	Sent      []Field   `json:"sent,omitempty"`
	Changed   []Change  `json:"changed,omitempty"`
	RequestID string    `json:"request_id,omitempty"`
	Previous  string    `json:"previous"`
	Hash      string    `json:"hash,omitempty"`
}

// Line is the entry as it is exported.
func (e *Entry) Line() Line {
	return Line{
		Number: e.Number, At: e.At, Act: e.Act, Outcome: e.Outcome, Detail: e.Detail, Of: e.Of, Actor: e.Actor(), From: e.From,
		Document: e.Document, Sent: e.Sent, Changed: e.Changed, RequestID: e.RequestID, Previous: e.Previous, Hash: e.Hash,
	}
}

// digest returns the hash that the line must have.
func (l Line) digest() (string, error) {
	l.Hash = ""
	text, err := json.Marshal(l)
	if err != nil {
		return "", fmt.Errorf("audit: entry %d: %w", l.Number, err)
	}
	canonical := jsontext.Value(text)
	if err := canonical.Canonicalize(); err != nil {
		return "", fmt.Errorf("audit: entry %d: %w", l.Number, err)
	}
	sum := sha256.Sum256(canonical)
	return hex.EncodeToString(sum[:]), nil
}

// follow makes the entry the one behind last, at the time now; a clock that is behind does not put it before last.
func (e *Entry) follow(last *Entry, now time.Time) error {
	e.Number, e.At, e.Previous = 1, store.Time(now), ""
	if last != nil {
		e.Number, e.Previous = last.Number+1, last.Hash
		if e.At.Before(last.At) {
			e.At = last.At
		}
	}
	e.Meta = store.Meta{ID: idOf(e.Number)}
	var err error
	e.Hash, err = e.Line().digest()
	return err
}

// Head is the last entry of a log: whoever notes it elsewhere can tell later whether the log up to it is the same.
type Head struct {
	Number int64
	Hash   string
}

// String writes the head as it is noted, as number:hash.
func (h Head) String() string { return fmt.Sprintf("%d:%s", h.Number, h.Hash) }

// ParseHead reads what String wrote.
func ParseHead(noted string) (Head, error) {
	number, hash, found := strings.Cut(strings.TrimSpace(noted), ":")
	n, err := strconv.ParseInt(number, 10, 64)
	if raw, wrong := hex.DecodeString(hash); !found || err != nil || n < 1 || wrong != nil || len(raw) != sha256.Size {
		return Head{}, errors.New("is not a number and a hash such as 41:9f86d0…, as earshot audit verify prints them")
	}
	return Head{Number: n, Hash: strings.ToLower(hash)}, nil
}

// BrokenError says which is the first entry that does not fit, and why.
type BrokenError struct {
	Number int64
	Why    string
}

// Error says it in a sentence.
func (e *BrokenError) Error() string {
	return fmt.Sprintf("the audit log is not whole: entry %d %s", e.Number, e.Why)
}

// check says whether the entry is the one behind head, unaltered.
func (e *Entry) check(head Head) error {
	number := head.Number + 1
	switch want, err := e.Line().digest(); {
	case err != nil:
		return err
	case e.Number > number && e.ID == idOf(e.Number):
		return &BrokenError{number, "is missing"}
	case e.Number != number || e.ID != idOf(number):
		return &BrokenError{number, fmt.Sprintf("is said to be number %d under the id %s", e.Number, e.ID)}
	case e.Previous != head.Hash:
		return &BrokenError{number, "does not carry the hash of the entry before: one of the two was changed or put in later"}
	case e.Hash != want:
		return &BrokenError{number, "was changed: its hash is not that of what stands in it"}
	}
	return nil
}
