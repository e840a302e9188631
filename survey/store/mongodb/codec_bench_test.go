package mongodb_test

import (
	"testing"
	"time"

	"earshot/survey/store"
	"earshot/survey/store/mongodb"
)

// visit is about what a touchpoint is.
type visit struct {
	store.Meta `json:",inline"`

	CustomerID string            `json:"customer_id"`
	ContactID  string            `json:"contact_id,omitempty"`
	Kind       string            `json:"kind"`
	At         time.Time         `json:"at"`
	Value      float64           `json:"value"`
	Currency   string            `json:"currency,omitempty"`
	ExternalID string            `json:"external_id,omitempty"`
	Inbound    bool              `json:"inbound"`
	Attributes map[string]string `json:"attributes,omitempty"`
	Tags       []string          `json:"tags"`
}

func newVisit() *visit {
	return &visit{
		Meta:       store.Meta{ID: "tp-0123456789abcdef", Version: 1, Owes: []store.Owed{{Effect: "rhythm", Due: time.Now(), Since: time.Now()}}, Due: time.Now()},
		CustomerID: "cus-0123456789abcdef", Kind: "order", At: time.Now(), Value: 12.5, Currency: "EUR", ExternalID: "order-4711", Inbound: true,
		Tags: []string{"a", "b"},
	}
}

var visits = &store.Spec{
	Name: "visits", New: func() store.Doc { return new(visit) }, Queue: true,
	Indexes: []store.Index{{Name: "by_customer", Fields: []string{"customer_id", "at"}}},
}

func BenchmarkEncode(b *testing.B) {
	encode, _ := mongodb.Codec(visits)
	d := newVisit()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := encode(d); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	encode, decode := mongodb.Codec(visits)
	raw, err := encode(newVisit())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := decode(raw); err != nil {
			b.Fatal(err)
		}
	}
}
