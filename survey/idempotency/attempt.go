package idempotency

import (
	"time"

	"earshot/survey/store"
)

// KeptFor is how long an answer is kept for those who ask again.
const KeptFor = 24 * time.Hour

// Attempt is a request under a key, and its answer when there is one. Its id derives from the caller and the key.
type Attempt struct {
	store.Meta `json:",inline"`
	// Fingerprint is the hash of everything that the caller sent, so that another request under the same key is refused.
	Fingerprint string    `json:"fingerprint"`
	BegunAt     time.Time `json:"begun_at"`
	// Holder is who works on it, until HeldUntil unless they extend that; Tries counts those who did.
	Holder    string    `json:"holder"`
	HeldUntil time.Time `json:"held_until"`
	Tries     int       `json:"tries"`
	// DoneAt is when there was an answer; zero before. The answer's body lies in Parts documents beside this one.
	DoneAt time.Time         `json:"done_at,omitzero"`
	Status int               `json:"status,omitempty"`
	Header map[string]string `json:"header,omitempty"`
	Parts  int               `json:"parts,omitempty"`
	// SealedBy tells which secret of the caller the body is encrypted by.
	SealedBy string `json:"sealed_by,omitempty"`
	// Body is the whole body where it is short, compressed.
	Body      []byte    `json:"body,omitempty"`
	ExpiresAt time.Time `json:"expires_at"`
}

// Part is a piece of a long answer, compressed. Its id is the attempt's, the number of the try, and its place.
type Part struct {
	store.Meta `json:",inline"`
	Data       []byte    `json:"data"`
	ExpiresAt  time.Time `json:"expires_at"`
}

var (
	attemptSpec = &store.Spec{Name: "idempotency_keys", New: func() store.Doc { return new(Attempt) }, Expires: "expires_at", Shard: "id"}
	partSpec    = &store.Spec{Name: "idempotency_answers", New: func() store.Doc { return new(Part) }, Expires: "expires_at", Shard: "id"}
)

// Specs lists the declarations of the collections: an engine opens them beside those of the domain.
func Specs() []*store.Spec { return []*store.Spec{attemptSpec, partSpec} }
