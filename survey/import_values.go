package survey

import (
	"cmp"
	"maps"
	"slices"

	"earshot/survey/locale"
	"earshot/survey/table"
)

// What a value can be chosen to mean besides the words of its field.
const (
	// valueLeave takes the row without it.
	valueLeave = ""
	// valuePassOver passes the row over, valueTake takes it: of what became of a payment or an order, and of kinds.
	valuePassOver = "pass_over"
	valueTake     = "take"
)

// ValueMeanings says what the values of columns mean: by the field's name, the value as the file writes it, to a word of the field.
type ValueMeanings map[string]map[string]string

// choiceField is a field whose values are words of a few, or are put into a form.
type choiceField struct {
	name string
	// of returns what a value means, and whether that is known.
	of func(string) (string, bool)
	// words are what it can mean; nil leaves that open, so that of decides.
	words []string
}

// choiceFields are the fields whose values can be mapped by hand.
var choiceFields = []choiceField{
	{fieldStatus, meaningsOf(statusOf), stringsOf(Statuses())},
	{fieldRole, meaningsOf(roleOf), stringsOf(Roles())},
	{fieldKind, meaningsOf(kindOf), append(stringsOf(TouchpointKinds()), valuePassOver)},
	{fieldReason, meaningsOf(reasonOf), append(stringsOf(SuppressionReasons()), valuePassOver)},
	{fieldMailStatus, meaningsOf(reasonOf), append(stringsOf(SuppressionReasons()), valueTake)},
	{fieldOutcome, func(s string) (string, bool) { return s, s == valueTake || s == valuePassOver }, []string{valueTake, valuePassOver}},
	{fieldLanguage, locale.Language, nil},
	{fieldTimeZone, locale.Zone, nil},
	{fieldRep, nil, nil},
}

func meaningsOf[W ~string](of func(string) (W, bool)) func(string) (string, bool) {
	return func(s string) (string, bool) {
		w, ok := of(s)
		return string(w), ok
	}
}

func stringsOf[W ~string](words []W) []string {
	list := make([]string, len(words))
	for i, w := range words {
		list[i] = string(w)
	}
	return list
}

// choiceNamed returns the field of that name; nil if its values cannot be mapped.
func choiceNamed(name string) *choiceField {
	i := slices.IndexFunc(choiceFields, func(f choiceField) bool { return f.name == name })
	if i < 0 {
		return nil
	}
	return &choiceFields[i]
}

// ValueChoices lists what the values of a field can be chosen to mean; nil where that is open, as of languages. Empty takes rows without it.
func ValueChoices(field string) []string {
	if f := choiceNamed(field); f != nil {
		return f.words
	}
	return nil
}

// valueKey folds a value for comparison; what stands in it besides letters counts.
func valueKey(s string) string { return nameKey(s) }

// maxMeanings is how many values can be mapped by hand in one file.
const maxMeanings = 500

// checkValues says what is wrong with the meanings that were given.
func (m ValueMeanings) check(kind ImportKind) error {
	total := 0
	for _, field := range slices.Sorted(maps.Keys(m)) {
		f := choiceNamed(field)
		if f == nil || !slices.ContainsFunc(ImportFields(kind), func(i ImportField) bool { return i.Name == field }) {
			return InvalidField("values."+field, "is no field of such a file whose values can be mapped")
		}
		for value, meaning := range m[field] {
			total++
			if meaning == valueLeave || f.words != nil && slices.Contains(f.words, meaning) {
				continue
			}
			if f.words != nil {
				return InvalidField("values."+field, "%s cannot mean %s; choose one of %s, or nothing", quoted(value), quoted(meaning), joined(f.words))
			}
			if f.of != nil {
				if _, ok := f.of(meaning); !ok {
					return InvalidField("values."+field, "%s cannot mean %s, which is none that is known", quoted(value), quoted(meaning))
				}
			}
		}
	}
	if total > maxMeanings {
		return InvalidField("values", "has %d values; %d are the most", total, maxMeanings)
	}
	return nil
}

// fold returns the meanings by their folded values.
func (m ValueMeanings) fold() ValueMeanings {
	folded := ValueMeanings{}
	for field, meanings := range m {
		folded[field] = map[string]string{}
		for value, meaning := range meanings {
			folded[field][valueKey(value)] = meaning
		}
	}
	return folded
}

// byHand returns what somebody has said that a value means.
func (j *importJob) byHand(field, value string) (meaning string, chosen bool) {
	if len(j.values[field]) == 0 {
		return "", false
	}
	meaning, chosen = j.values[field][valueKey(value)]
	return meaning, chosen
}

// meant returns what a cell of a choice field means, by hand or by itself; ok is false where that is not known.
func (j *importJob) meant(r table.Row, field string) (cell, meaning string, ok bool) {
	cell = j.cell(r, field)
	if cell == "" {
		return "", "", true
	}
	f := choiceNamed(field)
	meaning, ok = f.of(cell)
	known := ok
	if by, chosen := j.byHand(field, cell); chosen {
		meaning, ok = by, true
		if f.words == nil && by != "" {
			meaning, _ = f.of(by)
		}
	}
	j.count(field, cell, meaning, known)
	return cell, meaning, ok
}

// FoundValue is a value of a column whose values are words of a few, as a preview tells it.
type FoundValue struct {
	// Field is the field, Column its heading, Value what stands there, in Rows rows.
	Field  string `json:"field"`
	Column string `json:"column"`
	Value  string `json:"value"`
	Rows   int    `json:"rows"`
	// Meaning is what it is taken for; empty where it is left out. Known says that this follows from the value, Chosen that it was chosen.
	Meaning string `json:"meaning"`
	Known   bool   `json:"known"`
	Chosen  bool   `json:"chosen"`
}

// maxFound is how many values of a field a preview tells: the commonest of the first that it met.
const maxFound, maxTallied = 30, 1000

// count notes that a value was met, for a preview.
func (j *importJob) count(field, value, meaning string, known bool) {
	if j.tally == nil {
		return
	}
	if j.tally[field] == nil {
		j.tally[field] = map[string]*FoundValue{}
	}
	key := valueKey(value)
	found := j.tally[field][key]
	if found == nil {
		if len(j.tally[field]) >= maxTallied {
			return
		}
		_, chosen := j.byHand(field, value)
		found = &FoundValue{Field: field, Column: j.options.Mapping[field], Value: value, Meaning: meaning, Known: known, Chosen: chosen}
		j.tally[field][key] = found
	}
	found.Rows++
}

// found returns the values that were met, those first that are not known, then the commonest.
func (j *importJob) found() []FoundValue {
	list := []FoundValue{}
	for _, f := range j.fields {
		own := make([]FoundValue, 0, len(j.tally[f.Name]))
		for _, v := range j.tally[f.Name] {
			own = append(own, *v)
		}
		slices.SortFunc(own, func(a, b FoundValue) int {
			if a.Known != b.Known {
				return map[bool]int{true: 1, false: -1}[a.Known]
			}
			return cmp.Or(cmp.Compare(b.Rows, a.Rows), cmp.Compare(a.Value, b.Value))
		})
		list = append(list, own[:min(len(own), maxFound)]...)
	}
	return list
}
