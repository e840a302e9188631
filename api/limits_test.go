package api_test

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"earshot/analytics/chart"
	"earshot/survey"
	"earshot/survey/access"
	"earshot/survey/address"
)

// TestTheContractTellsTheDomainsLimits holds the limits of each member that programs write against the rules of the domain:
// TestEveryConstraintHolds shows that what the contract forbids is refused, this that what it allows is not.
func TestTheContractTellsTheDomainsLimits(t *testing.T) {
	t.Parallel()
	customer, contact := survey.LimitsOf[survey.Customer](), survey.LimitsOf[survey.Contact]()
	pulse, version := survey.LimitsOf[survey.PulseInput](), survey.LimitsOf[survey.SurveyVersion]()
	written := map[string]map[string]survey.Limits{
		"NewCustomer": customer, "PutCustomer": customer, "CustomerChange": customer,
		"NewContact": contact, "PutContact": contact, "ContactChange": contact,
		"NewTouchpoint": survey.LimitsOf[survey.Touchpoint](), "TouchpointChange": survey.LimitsOf[survey.Touchpoint](),
		"NewSurvey": survey.LimitsOf[survey.SurveyInput](), "SurveyChange": survey.LimitsOf[survey.SurveyInput](),
		"SurveyVersion": version, "Question": survey.LimitsOf[survey.Question](), "Choice": survey.LimitsOf[survey.Choice](),
		"RepCalls": survey.LimitsOf[access.NewRep](), "NewPulse": pulse, "NewInvitation": survey.LimitsOf[survey.AskRequest](), "NewSuppression": survey.LimitsOf[survey.SuppressionInput](),
		"Decline": survey.LimitsOf[survey.Successor](), "Submission": {"language": {MaxLength: survey.MaxLanguageTag}},
	}
	for name, limits := range written {
		schema, ok := loadContract().doc.Components.Schemas[name]
		if !ok {
			t.Errorf("openapi.yaml has no schema %s", name)
			continue
		}
		for member, s := range schema.Value.Properties {
			want, known := limits[member]
			if got := limitsOfMember(s.Value, want); known && got != "" {
				t.Errorf("%s.%s: openapi.yaml tells %s", name, member, got)
			}
		}
	}
}

// TestWhatIsSearchedForMayBeAsLong holds the limits of the parameters that look for a field against those of the field.
func TestWhatIsSearchedForMayBeAsLong(t *testing.T) {
	t.Parallel()
	customer := survey.LimitsOf[survey.Customer]()
	want := map[string]int{
		"segment": customer["segment"].MaxLength, "name_prefix": customer["name"].MaxLength, "external_id": customer["external_id"].MaxLength,
		"question_id": survey.LimitsOf[survey.Question]()["id"].MaxLength, "email": address.MaxLength,
	}
	for _, op := range loadContract().operations {
		for _, p := range op.parameters {
			if most, ok := want[p.Value.Name]; ok && number(p.Value.Schema.Value.MaxLength) != most {
				t.Errorf("%s: %s takes %d characters, the field has %d", op.OperationID, p.Value.Name, number(p.Value.Schema.Value.MaxLength), most)
			}
		}
	}
}

// limitsOfMember says where a schema tells other limits than the domain's; empty if nowhere. The least of a number may be
// told as one less: 0 is the default there.
func limitsOfMember(s *openapi3.Schema, want survey.Limits) string {
	switch {
	case s.Type.Includes("array"):
		if got := number(s.MaxItems); got != want.MaxItems {
			return fmt.Sprintf("at most %d entries, the domain %d", got, want.MaxItems)
		}
		return limitsOfMember(s.Items.Value, survey.Limits{MaxLength: want.MaxLength, Least: want.Least, Most: want.Most})
	case s.Type.Includes("object") && s.AdditionalProperties.Schema != nil:
		return limitsOfMember(s.AdditionalProperties.Schema.Value, want)
	case s.Type.Includes("string") && number(s.MaxLength) != want.MaxLength:
		return fmt.Sprintf("at most %d characters, the domain %d", number(s.MaxLength), want.MaxLength)
	case want.Choices != nil && !slices.Equal(texts(s.Enum), slices.Sorted(slices.Values(want.Choices))):
		return fmt.Sprintf("one of %v, the domain %v", s.Enum, want.Choices)
	case want.Most != "" && (s.Max == nil || decimal(*s.Max) != want.Most):
		return fmt.Sprintf("another maximum than the domain's %s", want.Most)
	case want.Least != "" && (s.Min == nil || decimal(*s.Min) != want.Least && decimal(*s.Min+1) != want.Least):
		return fmt.Sprintf("another minimum than the domain's %s", want.Least)
	}
	return ""
}

func number(n *uint64) int {
	if n == nil {
		return 0
	}
	return int(*n)
}

func decimal(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

func texts(values []any) []string {
	var list []string
	for _, v := range values {
		if text := fmt.Sprint(v); text != "" {
			list = append(list, text)
		}
	}
	slices.Sort(list)
	return list
}

// TestTheContractTellsTheDomainsDefaults holds the defaults and sizes that the contract tells against the constants.
func TestTheContractTellsTheDomainsDefaults(t *testing.T) {
	t.Parallel()
	doc := loadContract().doc
	member := func(schema, name string) *openapi3.Schema {
		return doc.Components.Schemas[schema].Value.Properties[name].Value
	}
	parameter := func(name string) *openapi3.Schema { return doc.Components.Parameters[name].Value.Schema.Value }
	fallback := func(s *openapi3.Schema) any { return s.Default }
	most := func(s *openapi3.Schema) any { return *s.Max }
	rows := map[string]struct {
		got  any
		want int
	}{
		"hour":                   {fallback(member("NewPulse", "hour")), survey.DefaultHour},
		"daily cap":              {fallback(member("NewPulse", "daily_cap")), survey.DefaultDailyCap},
		"rest days":              {fallback(member("NewPulse", "rest_days")), survey.DefaultRestDays},
		"answer days of a pulse": {fallback(member("NewPulse", "answer_days")), survey.DefaultAnswerDays},
		"answer days of an ask":  {fallback(member("NewInvitation", "answer_days")), survey.DefaultAnswerDays},
		"page":                   {fallback(parameter("Limit")), survey.DefaultLimit},
		"longest page":           {most(parameter("Limit")), survey.MaxPage},
		"width":                  {fallback(parameter("Width")), chart.DefaultWidth},
		"least width":            {*parameter("Width").Min, chart.MinimumWidth},
		"greatest width":         {most(parameter("Width")), chart.MaximumWidth},
		"greatest ratio":         {most(parameter("Ratio")), chart.MaximumRatio},
		"errors of an import":    {number(member("Import", "errors").MaxItems), survey.MaxImportErrors},
	}
	for _, name := range slices.Sorted(maps.Keys(rows)) {
		if row := rows[name]; fmt.Sprint(row.got) != fmt.Sprint(row.want) {
			t.Errorf("%s: openapi.yaml tells %v, the program goes by %d", name, row.got, row.want)
		}
	}
	if got := survey.LimitsOf[survey.Contact](); got["email"].MaxLength != address.MaxLength || got["language"].MaxLength != survey.MaxLanguageTag {
		t.Errorf("contacts take %+v, not the longest address and language tag that there are", got)
	}
}

// TestListsAreNamedEverywhereAlike holds the lists that a pulse may ask, and those of which the ledger of alarms knows, against the validate
// tags and openapi.yaml.
func TestListsAreNamedEverywhereAlike(t *testing.T) {
	t.Parallel()
	named := func(lists []survey.List) (names []string) {
		for _, l := range lists {
			names = append(names, string(l))
		}
		return names
	}
	askable, noted, all := named(survey.AskableLists()), named(survey.NotedLists()), named(survey.Lists())
	for _, of := range []reflect.Type{reflect.TypeFor[survey.Pulse](), reflect.TypeFor[survey.PulseInput]()} {
		field, _ := of.FieldByName("Lists")
		if _, oneOf, _ := strings.Cut(field.Tag.Get("validate"), "oneof="); oneOf != strings.Join(askable, " ") {
			t.Errorf("%v.Lists takes %q, want %v", of, oneOf, askable)
		}
	}
	told := func(what string, schema *openapi3.Schema, want []string) {
		t.Helper()
		var got []string
		for _, value := range schema.Enum {
			got = append(got, fmt.Sprint(value))
		}
		if !slices.Equal(got, want) {
			t.Errorf("openapi.yaml: %s may be %v, want %v", what, got, want)
		}
	}
	schemas := loadContract().doc.Components.Schemas
	for _, name := range []string{"Pulse", "NewPulse"} {
		told(name+".lists", schemas[name].Value.Properties["lists"].Value.Items.Value, askable)
	}
	for _, name := range []string{"Alarm", "QuietReport"} {
		told(name+".list", schemas[name].Value.Properties["list"].Value, noted)
	}
	told("Silence.list", schemas["Silence"].Value.Properties["list"].Value, all)
	for _, op := range loadContract().operations {
		for _, p := range op.parameters {
			if p.Value.Name == "list" && op.OperationID != "listQuiet" { // which is of the two steps of a silence
				told(op.OperationID+" list", p.Value.Schema.Value, noted)
			}
		}
	}
}
