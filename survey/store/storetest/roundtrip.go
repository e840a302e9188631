package storetest

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"earshot/survey/store"
)

// everything has a field of each kind that a document may have.
type everything struct {
	store.Meta `json:",inline"`

	Text     string               `json:"text"`
	Kind     group                `json:"kind"`
	Int      int                  `json:"int"`
	Big      int64                `json:"big"`
	Small    int8                 `json:"small"`
	Unsigned uint32               `json:"unsigned"`
	Float    float64              `json:"float"`
	Yes      bool                 `json:"yes"`
	At       time.Time            `json:"at"`
	Optional *int                 `json:"optional"`
	When     *time.Time           `json:"when,omitempty"`
	Lasts    time.Duration        `json:"lasts"`
	Bytes    []byte               `json:"bytes"`
	Raw      json.RawMessage      `json:"raw,omitempty"`
	Array    [3]int               `json:"array"`
	Texts    []string             `json:"texts"`
	Sparse   []string             `json:"sparse,omitempty"`
	Parts    []part               `json:"parts"`
	Part     part                 `json:"part"`
	Pointer  *part                `json:"pointer"`
	Map      map[string]string    `json:"map"`
	Deep     map[string][]part    `json:"deep"`
	Ints     map[int]string       `json:"ints"`
	Times    map[string]time.Time `json:"times"`
	Any      any                  `json:"any"`
	Level    level                `json:"level"`
	Levels   map[level]int        `json:"levels"`
	Hidden   string               `json:"-"`
	Untagged string
	embedded
}

type part struct {
	Name  string    `json:"name,omitempty"`
	Value float64   `json:"value,omitempty"`
	At    time.Time `json:"at,omitzero"`
	Parts []part    `json:"parts,omitempty"`
}

type embedded struct {
	Inner string `json:"inner"`
}

// level is written as a word.
type level int

func (l level) MarshalText() ([]byte, error) {
	return []byte([]string{"low", "high"}[l]), nil
}

func (l *level) UnmarshalText(text []byte) error {
	switch string(text) {
	case "low":
		*l = 0
	case "high":
		*l = 1
	default:
		return errors.New("no such level")
	}
	return nil
}

func runRoundTrip(t *testing.T, open Open) {
	spec := &store.Spec{Name: "everything", New: func() store.Doc { return new(everything) },
		Indexes: []store.Index{{Name: "by_text", Fields: []string{"text", "big"}}, {Name: "by_inner", Fields: []string{"inner"}}}}
	c := store.NewCollection[everything](open(t, spec), spec)
	for name, doc := range samples() {
		t.Run(name, func(t *testing.T) {
			doc.ID = strings.ReplaceAll(name, " ", "-")
			must(t, "insert", c.Insert(t.Context(), doc))
			got, err := c.Get(t.Context(), doc.ID)
			must(t, "get", err)
			same(t, "document", got, asJSON(t, doc))
			must(t, "replace", c.Replace(t.Context(), got))
			found, err := c.First(t.Context(), store.Query{Index: "by_text", Equal: []any{doc.Text, doc.Big}, From: doc.ID})
			must(t, "find", err)
			same(t, "document after replace", found, got)
		})
	}
	t.Run("times", func(t *testing.T) {
		at := time.Date(2026, 3, 1, 1, 2, 3, 123456789, time.FixedZone("there", 3600))
		doc := &everything{Meta: store.Meta{ID: "times"}, At: at, When: &at, Parts: []part{{At: at}}, Times: map[string]time.Time{"k": at}}
		must(t, "insert", c.Insert(t.Context(), doc))
		want := store.Time(at)
		got, err := c.Get(t.Context(), doc.ID)
		must(t, "get", err)
		same(t, "times", []time.Time{doc.At, got.At, *got.When, got.Parts[0].At, got.Times["k"]},
			[]time.Time{want, want, want, want, want})
		same(t, "zone", got.At.Location().String(), "UTC")
	})
	t.Run("not a number", func(t *testing.T) {
		doc := &everything{Meta: store.Meta{ID: "nan"}, Part: part{Value: math.NaN()}}
		if err := c.Insert(t.Context(), doc); !errors.Is(err, store.ErrQuery) {
			t.Errorf("got %v, want ErrQuery", err)
		}
	})
}

// asJSON is what a document means: encoding/json decides, in every engine.
func asJSON(t *testing.T, doc *everything) *everything {
	t.Helper()
	raw, err := json.Marshal(doc)
	must(t, "marshal", err)
	var again everything
	must(t, "unmarshal", json.Unmarshal(raw, &again))
	return &again
}

func samples() map[string]*everything {
	seven, at := 7, day(0)
	return map[string]*everything{
		"zero": {},
		"empty not nil": {
			Texts: []string{}, Sparse: []string{}, Parts: []part{}, Map: map[string]string{}, Deep: map[string][]part{"": {}},
			Bytes: []byte{}, Any: []any{}, Ints: map[int]string{}, Times: map[string]time.Time{},
		},
		"extremes": {
			Int: math.MinInt64, Big: math.MaxInt64, Small: math.MinInt8, Unsigned: math.MaxUint32, Float: math.MaxFloat64,
			Lasts: time.Hour, Array: [3]int{1 << 53, 1<<53 + 1, -1},
			At: time.Date(9999, 12, 31, 23, 59, 59, 999e6, time.UTC),
		},
		"smallest":   {Big: math.MinInt64, Float: math.SmallestNonzeroFloat64, At: time.Date(1, 1, 1, 0, 0, 0, 1e6, time.UTC)},
		"a fraction": {Float: 0.1 + 0.2, Part: part{Value: -1e-300}, Any: 0.1},
		"texts": {
			Text: "Zoë & <b>“Müller”</b> \\ \" ' \u2028 🙂👩‍👩‍👧 مرحبا \x00 \x7f \r\n\t", Untagged: "u",
			Texts: []string{"", "a", "\U0010ffff", "e\u0301"}, Kind: "kind",
		},
		"broken UTF-8": {Text: "a\xff\xfeb", Map: map[string]string{"k": "\xf0\x28"}},
		"nested": {
			Part: part{Name: "p", Parts: []part{{Name: "q", At: at, Parts: []part{{Value: 1}}}, {}}}, Pointer: &part{Name: "r"},
			Parts: []part{{}, {Name: "s", Value: 2.5, At: at}}, Optional: &seven, When: &at, Yes: true,
			Deep: map[string][]part{"a": {{Name: "t"}}, "b": nil, "c": {}}, embedded: embedded{Inner: "i"},
		},
		"keys": {
			Map:  map[string]string{"": "empty", "a.b": "dot", "$c": "dollar", "%2E": "percent", "d e": "space", "ü": "ü", "\x00": "nul", "0": "0"},
			Ints: map[int]string{-1: "minus", 7: "seven"}, Level: 1, Levels: map[level]int{0: 3, 1: 4},
		},
		"anything": {
			Any: map[string]any{"n": nil, "i": 3.0, "f": 3.5, "t": "text", "b": true, "a": []any{1.0, "x", map[string]any{"e": []any{}}, nil}, "m": map[string]any{"x.y": 1.0}},
			Raw: json.RawMessage(`{"a":[1,2,{"b":null}],"c":"d"}`), Bytes: []byte{0, 1, 255},
		},
		"large": {Text: strings.Repeat("0123456789abcdef ü", 20_000)},
	}
}
