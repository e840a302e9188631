package audit

import (
	"encoding/json"
	"slices"
	"strings"

	"earshot/survey/store"
)

// Bounds of what an entry keeps of what it is told: of each text so many bytes, and so many fields of what was sent. That is
// enough to see what was done, and no place to put things.
const (
	longestText = 300
	mostFields  = 40
)

// notKept stands where a secret was sent.
const notKept = "(not kept)"

// secretWords are the words by one of which a field that holds a secret is known.
var secretWords = []string{"password", "passwd", "secret", "token", "key", "code", "otp", "credential", "assertion", "signature", "authorization", "cookie"}

// openWords are the fields that are no secrets although a word of theirs is among these.
var openWords = []string{"external_id", "postal_code", "postcode", "country_code", "language_code", "key_name", "key_scopes"}

// isSecret says whether a field of that name may hold a secret.
func isSecret(name string) bool {
	name = strings.ToLower(name)
	return !slices.Contains(openWords, name) && slices.ContainsFunc(secretWords, func(word string) bool { return strings.Contains(name, word) })
}

// FieldsOf returns the fields of a form, or of a query, as an entry keeps them: in the order of their names, without
// secrets, cut where they are long.
func FieldsOf(values map[string][]string) []Field {
	var fields []Field
	for name, all := range values {
		value := strings.Join(all, ", ")
		if isSecret(name) && value != "" {
			value = notKept
		}
		fields = append(fields, Field{cut(name), cut(value)})
	}
	return bounded(fields)
}

// FieldsOfJSON returns the members of a JSON object likewise; what is inside a member is written as JSON.
func FieldsOfJSON(body []byte) []Field {
	var members map[string]any
	if json.Unmarshal(body, &members) != nil {
		return nil
	}
	var fields []Field
	for name, member := range members {
		fields = append(fields, Field{cut(name), cut(written(masked(name, member)))})
	}
	return bounded(fields)
}

// masked returns a member without the secrets in it.
func masked(name string, member any) any {
	switch inner := member.(type) {
	case map[string]any:
		for name, value := range inner {
			inner[name] = masked(name, value)
		}
		return inner
	case []any:
		for i, value := range inner {
			inner[i] = masked(name, value)
		}
		return inner
	}
	if isSecret(name) {
		return notKept
	}
	return member
}

// written writes a text as it is, and anything else as JSON.
func written(member any) string {
	if text, ok := member.(string); ok {
		return text
	}
	text, err := json.Marshal(member)
	if err != nil {
		return ""
	}
	return string(text)
}

// bounded sorts the fields and keeps the first of them.
func bounded(fields []Field) []Field {
	slices.SortFunc(fields, func(a, b Field) int { return strings.Compare(a.Name, b.Name) })
	return fields[:min(len(fields), mostFields)]
}

// cut returns text of at most longestText bytes, in whole characters; what was cut is told by dots.
func cut(text string) string {
	text = store.ValidText(text)
	if len(text) <= longestText {
		return text
	}
	end := longestText - len("…")
	for end > 0 && text[end]&0xC0 == 0x80 {
		end--
	}
	return text[:end] + "…"
}
