package survey

import (
	"slices"
	"strings"
	"time"

	"earshot/survey/address"
	"earshot/survey/table"
)

// Confidence says how surely a column was taken for a field.
type Confidence string

// The confidences of a guess.
const (
	// ByHeading: the heading is one of the field's own.
	ByHeading Confidence = "sure"
	// ByLikeness: the heading is so without what stands around it, or means other fields as well.
	ByLikeness Confidence = "likely"
	// ByContents: the heading says nothing, but what stands in the column is such.
	ByContents Confidence = "guess"
	// Chosen: somebody has said so.
	Chosen Confidence = "chosen"
)

// guesser finds out which columns hold which fields.
type guesser struct {
	kind     ImportKind
	fields   []ImportField
	headings []string
	samples  [][]string
	// keys are the headings folded, bare those without what stands around them.
	keys, bare []string
	// taken are the columns that are given away, empty those in which nothing stands.
	taken, empty []bool
	guess        Mapping
	confidence   map[string]Confidence
}

// guessMapping says which columns hold which fields, and how surely: by the headings, the likeliest ones of all fields first, then by what
// stands in the columns. samples are the values of some rows, by column. A column in which nothing stands comes last.
func guessMapping(kind ImportKind, headings []string, samples [][]string) (Mapping, map[string]Confidence) {
	g := &guesser{
		kind: kind, fields: ImportFields(kind), headings: headings, samples: samples, taken: make([]bool, len(headings)), empty: make([]bool, len(headings)),
		guess: Mapping{}, confidence: map[string]Confidence{},
	}
	for i, h := range headings {
		g.keys, g.bare = append(g.keys, headingKey(h)), append(g.bare, bareKey(kind, h))
		g.empty[i] = i < len(samples) && len(samples[i]) > 0 && !slices.ContainsFunc(samples[i], func(s string) bool { return s != "" })
	}
	g.pass(g.special, g.keys, ByHeading, false)
	own := func(f ImportField) []string { return f.headings }
	g.pass(own, g.keys, ByHeading, false)
	g.pass(own, g.bare, ByLikeness, false)
	g.pass(func(f ImportField) []string { return f.late }, g.keys, ByLikeness, false)
	g.pass(own, g.keys, ByHeading, true)
	for _, f := range g.fields {
		if holds := contents[f.Name]; g.guess[f.Name] == "" && holds != nil && g.wanted(f) {
			if i := g.columnOf(holds); i >= 0 {
				g.take(f.Name, i, ByContents)
			}
		}
	}
	return g.guess, g.confidence
}

// special are the headings of files in which others of a field come first: a deal counts when it was closed, and of an order whose lines have a
// row each, the first one alone has an Id.
func (g *guesser) special(f ImportField) []string {
	switch {
	case g.kind != ImportTouchpoints:
	case f.Name == fieldAt && slices.ContainsFunc(g.keys, dealHeading):
		return []string{"closedate", "dealclosedate", "dealwontime", "wontime", "abschlussdatum"}
	case f.Name == fieldExternalID && slices.Contains(g.keys, "lineitemname"):
		return []string{"name"}
	}
	return nil
}

// wanted says whether a field may be found by contents alone: others are told by words that mean other things elsewhere.
func (g *guesser) wanted(f ImportField) bool {
	return f.Name != fieldContactEmail && f.Name != fieldMailStatus
}

// pass gives columns to fields by their keys, the likeliest heading of every field before the second likeliest of any.
func (g *guesser) pass(of func(ImportField) []string, keys []string, how Confidence, empty bool) {
	most := 0
	for _, f := range g.fields {
		most = max(most, len(of(f)))
	}
	for rank := range most {
		for _, f := range g.fields {
			words := of(f)
			if rank >= len(words) || g.guess[f.Name] != "" {
				continue
			}
			for i, key := range keys {
				if key == words[rank] && !g.taken[i] && g.empty[i] == empty && g.fits(f, i) {
					g.take(f.Name, i, how)
					break
				}
			}
		}
	}
}

// fits says whether what stands in a column can be the field: a heading such as Status is right above many things.
func (g *guesser) fits(f ImportField, column int) bool {
	switch f.Name {
	case fieldMailStatus, fieldEmail, fieldContactEmail:
		return g.empty[column] || len(g.samples[column]) == 0 || g.share(column, contents[f.Name]) > 0.5
	}
	return true
}

func (g *guesser) take(field string, column int, how Confidence) {
	g.guess[field], g.confidence[field] = g.headings[column], how
	g.taken[column] = true
}

// share returns which share of the values of a column hold.
func (g *guesser) share(column int, holds func(string) bool) float64 {
	filled, right := 0, 0
	for _, s := range g.samples[column] {
		if s == "" {
			continue
		}
		if filled++; holds(s) {
			right++
		}
	}
	return float64(right) / float64(max(filled, 1))
}

// columnOf returns the first free column most of whose values hold; -1 if there is none.
func (g *guesser) columnOf(holds func(string) bool) int {
	const most = 0.8
	for i := range g.headings {
		if !g.taken[i] && i < len(g.samples) && g.share(i, holds) >= most {
			return i
		}
	}
	return -1
}

// contents tells fields by their values.
var contents = map[string]func(string) bool{
	fieldEmail:        isAddress,
	fieldContactEmail: isAddress,
	fieldAt: func(s string) bool {
		_, problem := (&table.Dates{Zone: time.UTC}).Read(s)
		return problem == "" && strings.ContainsAny(s, "-./: ")
	},
	fieldKind:       func(s string) bool { _, ok := kindOf(s); return ok },
	fieldStatus:     func(s string) bool { _, ok := statusOf(s); return ok },
	fieldRole:       func(s string) bool { _, ok := wordOf(s, Roles(), roleWords); return ok },
	fieldMailStatus: func(s string) bool { _, ok := reasonOf(s); return ok },
}

func isAddress(s string) bool {
	_, err := address.ParseRule(s)
	return err == nil || strings.Count(s, "@") == 1 && !strings.Contains(s, " ")
}

// nouns are the words for what a file has a row of, which stand in front of headings: Person - Name, Organization: Owner.
var nouns = map[ImportKind][]string{
	ImportCustomers:   {"organization", "organisation", "company", "account", "firma", "unternehmen", "customer", "kunde"},
	ImportContacts:    {"person", "contact", "kontakt", "subscriber", "user", "lead"},
	ImportTouchpoints: {"deal", "order", "ticket", "activity", "invoice", "payment", "charge", "conversation", "bestellung", "rechnung"},
}

// bareKey folds a heading without what stands behind it in brackets, such as (UTC), (Billing) or (EUR), without the noun in front of it that
// such a file has a row of, and without - Work behind it.
func bareKey(kind ImportKind, heading string) string {
	bare, _, _ := strings.Cut(heading, "(")
	for _, dash := range []string{" - ", ": ", "."} {
		noun, rest, ok := strings.Cut(bare, dash)
		if ok && slices.Contains(nouns[kind], headingKey(noun)) {
			bare = rest
		}
	}
	for _, place := range []string{" - Work", " - Arbeit", " - Geschäftlich", " 1", " *"} {
		bare = strings.TrimSuffix(strings.TrimSpace(bare), place)
	}
	return headingKey(bare)
}

// knownHeading says whether a word is a heading of such files.
func knownHeading(kind ImportKind) func(string) bool {
	known := map[string]bool{}
	for _, f := range ImportFields(kind) {
		for _, h := range slices.Concat(f.headings, f.late) {
			known[h] = true
		}
	}
	return func(heading string) bool { return known[headingKey(heading)] || known[bareKey(kind, heading)] }
}
