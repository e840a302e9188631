package survey

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"io"
	"strconv"
	"time"
)

// Each noun has an identifier of a type of its own, so that the compiler tells them apart.
type (
	// CustomerID identifies a Customer.
	CustomerID string
	// ContactID identifies a Contact.
	ContactID string
	// RepID identifies a Rep.
	RepID string
	// TouchpointID identifies a Touchpoint.
	TouchpointID string
	// SurveyID identifies a Survey.
	SurveyID string
	// PulseID identifies a Pulse.
	PulseID string
	// InvitationID identifies an Invitation.
	InvitationID string
	// ResponseID identifies a Response.
	ResponseID string
)

// idAlphabet is Crockford's base 32 in lower case: sorts as the bytes do, and has no letters that are misread.
var idAlphabet = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// newID returns prefix, an underscore and 26 characters: 48 bits of now in milliseconds and 80 random bits, so that
// identifiers made later sort behind (as in ULID, github.com/ulid/spec).
func newID(prefix string, now time.Time, random io.Reader) string {
	var raw [16]byte
	binary.BigEndian.PutUint64(raw[:8], uint64(now.UnixMilli())<<16)
	mustRead(random, raw[6:])
	return prefix + "_" + idAlphabet.EncodeToString(raw[:])
}

// derivedID returns the identifier that belongs to parts: the same parts give the same id on every machine, so what is
// inserted under it twice is inserted once.
func derivedID(prefix string, parts ...string) string {
	var room [256]byte
	text := room[:0]
	for _, p := range parts {
		text = strconv.AppendInt(text, int64(len(p)), 10)
		text = append(append(text, ':'), p...)
	}
	sum := sha256.Sum256(text)
	var id [64]byte
	return string(idAlphabet.AppendEncode(append(append(id[:0], prefix...), '_'), sum[:16]))
}

// mustRead fills b. Randomness that fails cannot be answered by any caller: crypto/rand itself ends the program then.
func mustRead(random io.Reader, b []byte) {
	if _, err := io.ReadFull(random, b); err != nil {
		panic("survey: no randomness: " + err.Error())
	}
}
