// Package gallery holds made-up samples of every page of package frontend: as it usually looks, empty, with problems, and
// at its extremes. A test renders them all; the gallery page leads to them; screenshots are taken of them.
package gallery

import (
	"slices"
	"strings"
	"time"

	"earshot/frontend"
	"earshot/survey"
	"earshot/survey/access"
)

// Now is the moment at which the samples are set.
var Now = time.Date(2026, 3, 18, 9, 5, 0, 0, time.UTC)

// Sample is one page with made-up content.
type Sample struct {
	// Name is the page's and Variant says how it looks: "normal", "empty", "error", "extreme" or the like.
	Name    string
	Variant string
	Page    frontend.Page
}

// ID is unique among the samples and fit for file names and URLs.
func (s Sample) ID() string { return s.Name + "-" + s.Variant }

// Config is the configuration that the samples are made for.
func Config() frontend.Config {
	return frontend.Config{Company: "Norwind Components", BaseURL: "https://feedback.norwind.example", Currency: "€",
		TimeZone: time.UTC, Clock: func() time.Time { return Now }}
}

// Samples are all samples, page by page. Those of one page stand together.
func Samples() []Sample {
	return slices.Concat(contactSamples(), todaySamples(), capacitySamples(), reportSamples(), customerSamples(), feedbackSamples(), responseSamples(),
		surveySamples(), pulseSamples(), mailSamples(), importSamples(), feedSamples(), effectSamples(), settingsSamples(), roleSamples(), auditSamples(), accountSamples(), factorSamples(), docsSamples())
}

// Page is the page that shows the design system and leads to the samples; url tells where a sample stands.
func Page(shell frontend.Shell, url func(Sample) string) frontend.GalleryPage {
	page := frontend.GalleryPage{Shell: shell, Form: formOfAllKinds("plain"), Broken: brokenForm()}
	for _, s := range Samples() {
		last := len(page.Samples) - 1
		if last < 0 || page.Samples[last].Name != s.Name {
			page.Samples = append(page.Samples, frontend.GalleryGroup{Name: s.Name})
			last++
		}
		page.Samples[last].Links = append(page.Samples[last].Links, frontend.Link{Text: s.Variant, URL: url(s)})
	}
	return page
}

// formOfAllKinds has a field of each kind.
func formOfAllKinds(id string) frontend.Form {
	options := []frontend.Option{{Value: "a", Text: "The first", Help: "With a line below it."}, {Value: "b", Text: "The second"}}
	return frontend.Form{ID: id, Action: "#", Submit: "Send", Look: frontend.Primary, Cancel: frontend.Link{Text: "Cancel", URL: "#forms"}, Fields: []frontend.Field{
		{Kind: frontend.TextField, Name: "text", Label: "Words", Required: true, Values: []string{"Something typed"}},
		{Kind: frontend.EmailField, Name: "mail", Label: "E-mail address", Help: "With a line of help."},
		{Kind: frontend.NumberField, Name: "number", Label: "Number", Narrow: true},
		{Kind: frontend.DateField, Name: "date", Label: "Date", Narrow: true},
		{Kind: frontend.SelectField, Name: "select", Label: "One of a list", Options: options, Narrow: true},
		{Kind: frontend.RadioField, Name: "radio", Label: "One of few", Options: options, Values: []string{"a"}},
		{Kind: frontend.ChecksField, Name: "checks", Label: "Several of few", Options: options, Values: []string{"b"}},
		{Kind: frontend.CheckField, Name: "check", Label: "Yes or no"},
		{Kind: frontend.FileField, Name: "file", Label: "File"},
		{Kind: frontend.AreaField, Name: "area", Label: "Many words", Rows: 3},
	}}
}

func brokenForm() frontend.Form {
	form := formOfAllKinds("broken")
	err := survey.InvalidField("text", "must not be empty")
	for _, name := range []string{"mail", "number", "select", "radio", "checks", "check", "file", "area"} {
		err.Fields = append(err.Fields, survey.FieldError{Field: name, Message: "must be something else"})
	}
	err.Fields = append(err.Fields, survey.FieldError{Field: "elsewhere", Message: "is not on this form"})
	return form.Reject(err)
}

// shell is what stands around the samples for reps.
func shell(section string) frontend.Shell {
	return frontend.Shell{User: frontend.User{Name: "Ana Weber", Level: access.LevelAdmin, Admin: true, Manages: true, Works: true, SeesAll: true}, Section: section, Kept: true}
}

// alarmed is what stands around them while the mail server takes no mails.
func alarmed(section string) frontend.Shell {
	shell := shell(section)
	shell.Kept, shell.MailAlarm = false, &frontend.MailAlarm{
		Relays: []frontend.RelayAlarm{
			{Name: "mail.norwind.example", Fault: survey.FaultRelaying, Reply: "554 5.7.1 <jo.kim@lindqvist.example>: Relay access denied " + longWord, Since: ago(0), NextAt: Now.Add(5 * time.Minute)},
			{Name: longWord, Fault: survey.FaultConnection, Since: ago(1), NextAt: Now.Add(15 * time.Minute)},
		},
		Named: true, Waits: true, Since: ago(0), Waiting: 300, Try: post("Try now", "/relay/try", frontend.Plain, ""),
	}
	shell.BrakeAlarm = &frontend.BrakeAlarm{Reason: survey.BrakeBounces, Since: ago(0), Waiting: 288, MailEnds: mailEnds(40, 12, 0, 1), URL: "/settings/mail#ends"}
	shell.MailboxAlarm = &frontend.MailboxAlarm{
		Fault: survey.FaultLogin, Reply: "NO [AUTHENTICATIONFAILED] Invalid credentials " + longWord, Since: ago(1), NextAt: Now.Add(15 * time.Minute),
	}
	return shell
}

// Names at their extremes.
var (
	longName = "Süddeutsche Kraftfahrzeugersatzteilegroßhandelsgesellschaft Müller, Öztürk & Söhne mbH & Co. Kommanditgesellschaft auf Aktien"
	longWord = strings.Repeat("Donaudampfschifffahrts", 6) + "gesellschaft"
	arabic   = "شركة النخيل للتجارة والمقاولات العامة"
	chinese  = "上海浦东国际贸易有限公司"
	hostile  = `<script>alert("1")</script> & 'Sons'`
)

func post(label, url string, look frontend.Look, about string) frontend.Action {
	return frontend.Action{Label: label, URL: url, Look: look, About: about}
}

func pointer[T any](v T) *T { return &v }

func ago(days int) time.Time { return Now.AddDate(0, 0, -days) }
