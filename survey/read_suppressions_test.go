package survey_test

import (
	"slices"
	"testing"

	"earshot/survey"
)

// TestSuppressionsAreSearched by the beginning of the address or the domain, and by reason, page by page and all together.
func TestSuppressionsAreSearched(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, in := range []survey.SuppressionInput{
		{Email: "ana@müller.example", Reason: survey.Unsubscribed}, {Email: "Anton@x.example", Reason: survey.HardBounce},
		{Email: "bo@müller.example"}, {Email: "*@müller.example"}, {Email: "@m.example"}, {Email: "cy@shop.müller.example"},
	} {
		o.watch.pass(day)
		if _, err := o.Suppress(o.ctx, in); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		search string
		reason survey.SuppressionReason
		want   []string
	}{
		{"", "", []string{"cy@shop.müller.example", "@m.example", "@müller.example", "bo@müller.example", "anton@x.example", "ana@müller.example"}},
		{"", survey.ByHand, []string{"cy@shop.müller.example", "@m.example", "@müller.example", "bo@müller.example"}},
		{" AN", "", []string{"ana@müller.example", "anton@x.example"}},
		{"an", survey.HardBounce, []string{"anton@x.example"}},
		{"ana@xn--mller-kva.example", "", []string{"ana@müller.example"}},
		{"@m", "", []string{"@m.example", "@müller.example", "ana@müller.example", "bo@müller.example"}},
		{"*@XN--mller-kva.example", "", []string{"@müller.example", "ana@müller.example", "bo@müller.example"}},
		{"@m", survey.Unsubscribed, []string{"ana@müller.example"}},
		{"dan", "", nil},
	} {
		f := survey.SuppressionFilter{Search: tt.search, Reason: tt.reason, Limit: 2}
		var whole, paged []string
		for x, err := range o.EachSuppression(o.ctx, f) {
			whole = append(whole, must(t, x, err).Email)
		}
		for more := true; more; more = f.After != "" {
			page, err := o.Suppressions(o.ctx, f)
			for _, x := range must(t, page, err).Items {
				paged = append(paged, x.Email)
			}
			f.After = page.Next
		}
		if !slices.Equal(whole, tt.want) || !slices.Equal(paged, tt.want) {
			t.Errorf("%q, %q: got %q, and page by page %q, want %q", tt.search, tt.reason, whole, paged, tt.want)
		}
	}
	page, err := o.Suppressions(o.ctx, survey.SuppressionFilter{Search: "an", Limit: 1})
	_, err = o.Suppressions(o.ctx, survey.SuppressionFilter{Search: "b", After: must(t, page, err).Next})
	wantKind(t, err, survey.Invalid)
}
