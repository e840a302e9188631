package survey

import (
	"crypto/sha256"
	"encoding/binary"
	"io"
	"strconv"
	"time"

	"earshot/survey/internal/secret"
)

// Each noun has an identifier of a type of its own, so that the compiler tells them apart.
type (
	// CustomerID identifies a Customer.
	CustomerID string
	// ContactID identifies a Contact.
	ContactID string
	// RepID identifies a Rep.
	RepID string
	// TeamID identifies a team of reps.
	TeamID string
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

// NewID returns prefix, an underscore and 26 characters: 48 bits of now in milliseconds and 80 random bits, so that
// identifiers made later sort behind (as in ULID, github.com/ulid/spec).
func NewID(prefix string, now time.Time, random io.Reader) string {
	var raw [16]byte
	binary.BigEndian.PutUint64(raw[:8], uint64(now.UnixMilli())<<16)
	secret.Read(random, raw[6:])
	return prefix + "_" + secret.Alphabet.EncodeToString(raw[:])
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
	return string(secret.Alphabet.AppendEncode(append(append(id[:0], prefix...), '_'), sum[:16]))
}
