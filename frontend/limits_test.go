package frontend_test

import (
	"strconv"
	"testing"

	"earshot/frontend"
	"earshot/survey"
	"earshot/survey/access"
)

// TestFormsTakeWhatTheDomainTakes holds the limits of each field against those of the domain.
func TestFormsTakeWhatTheDomainTakes(t *testing.T) {
	t.Parallel()
	rows := map[string]struct {
		form   frontend.Form
		limits map[string]survey.Limits
	}{
		"setup":       {frontend.SetupForm("", nil), survey.LimitsOf[access.NewRep]()},
		"login":       {frontend.LoginForm("", nil), survey.LimitsOf[access.NewRep]()},
		"rep":         {frontend.RepForm("", nil, false), survey.LimitsOf[access.NewRep]()},
		"key":         {frontend.KeyForm("", nil), survey.LimitsOf[access.NewAPIKey]()},
		"customer":    {frontend.CustomerForm("", nil, nil, nil), survey.LimitsOf[survey.Customer]()},
		"contact":     {frontend.ContactForm("", nil), survey.LimitsOf[survey.Contact]()},
		"touchpoint":  {frontend.TouchpointForm("", nil, nil), survey.LimitsOf[survey.Touchpoint]()},
		"pulse":       {frontend.PulseForm("", nil, nil, nil), survey.LimitsOf[survey.PulseInput]()},
		"suppression": {frontend.SuppressionForm("", nil), survey.LimitsOf[survey.SuppressionInput]()},
	}
	for name, row := range rows {
		for _, f := range row.form.Fields {
			l := row.limits[f.Name]
			typed := f.Kind == frontend.TextField || f.Kind == frontend.EmailField || f.Kind == frontend.AreaField
			if typed && f.MaxLength != l.MaxLength {
				t.Errorf("%s: %s takes %d characters, the domain %d", name, f.Name, f.MaxLength, l.MaxLength)
			}
			if f.Kind == frontend.NumberField && (f.Min != l.Least || f.Max != l.Most) {
				t.Errorf("%s: %s takes %s to %s, the domain %s to %s", name, f.Name, f.Min, f.Max, l.Least, l.Most)
			}
			if f.Kind == frontend.PasswordField && f.MaxLength != access.MaxPassword {
				t.Errorf("%s: %s takes %d characters, the domain %d", name, f.Name, f.MaxLength, access.MaxPassword)
			}
		}
	}
}

// TestANewPulseIsWhatTheDomainMakesOfNothing holds what stands in the form of a new pulse against the domain's defaults.
func TestANewPulseIsWhatTheDomainMakesOfNothing(t *testing.T) {
	t.Parallel()
	want := map[string]int{
		"hour": survey.DefaultHour, "daily_cap": survey.DefaultDailyCap,
		"rest_days": survey.DefaultRestDays, "answer_days": survey.DefaultAnswerDays,
		"hold_out": survey.SuggestedHoldOut,
	}
	for _, f := range frontend.PulseForm("", nil, nil, nil).Fields {
		if n, ok := want[f.Name]; ok && f.Value() != strconv.Itoa(n) {
			t.Errorf("%s: got %s, want the domain's %d", f.Name, f.Value(), n)
		}
	}
}
