package frontend

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io"
	"slices"

	"earshot/survey"
)

//go:embed templates
var templateFiles embed.FS

// The layouts that pages stand in.
const (
	repLayout     = "templates/layouts/rep.html"
	contactLayout = "templates/layouts/contact.html"
	pageFolder    = "templates/pages"
)

// contactPage is a page for contacts, in their language; all others are for reps.
type contactPage interface {
	Page
	language() string
}

// repPages has one page for reps of each type, so that every template is tried when the program starts.
func repPages() []Page {
	return []Page{
		TodayPage{}, CustomersPage{}, CustomerPage{}, CustomerFormPage{}, TouchpointPage{}, ContactFormPage{}, FeedbackPage{}, ResponsesPage{},
		ResponsePage{}, SurveysPage{}, SurveyPage{}, SurveyFormPage{}, PulsesPage{}, ForecastPage{}, PulseFormPage{}, PulsePage{}, KeptMailsPage{}, FeedsPage{}, CapacityPage{}, ReportPage{}, EffectsPage{},
		KeptMailPage{}, InvitationsPage{}, InvitationPage{}, ReceivedPage{}, ImportPage{}, ImportMappingPage{}, ImportRunPage{}, SettingsPage{}, MailCheckPage{}, LookPage{}, SurveyMailPage{}, RepFormPage{}, TeamsPage{}, TeamPage{},
		SuppressionsPage{}, SuppressionHistoryPage{}, AuditPage{}, SetupPage{}, LoginPage{}, ForgotPage{}, ResetPage{}, SecondStepPage{}, ConfirmPage{}, FactorsPage{}, AppPage{}, WayInPage{}, AccountPage{}, ErrorPage{}, DocsPage{}, GalleryPage{},
	}
}

// contactPages are the pages for contacts, one of each type.
func contactPages() []Page {
	blank := &survey.SurveyVersion{Questions: []survey.Question{{}}}
	return []Page{&AnswerPage{Version: blank}, &ThanksPage{}, &DeclinedPage{}, &UnsubscribePage{}, &LinkProblemPage{}}
}

// loadTemplates parses the parts once, each layout upon them, and each page upon its layout, and tries every page with the
// blank page of its type.
func (f *Frontend) loadTemplates() error {
	parts, err := template.New("parts").Funcs(f.functions()).Option("missingkey=error").ParseFS(templateFiles, "templates/parts/*.html")
	if err != nil {
		return fmt.Errorf("frontend: %w", err)
	}
	f.templates = make(map[string]*template.Template)
	if err := f.loadPages(parts, repLayout, repPages()); err != nil {
		return err
	}
	if err := f.loadPages(parts, contactLayout, contactPages()); err != nil {
		return err
	}
	if err := f.loadThanks(); err != nil {
		return err
	}
	return f.tryTemplates()
}

// loadPages parses the template of each page upon a clone of its layout, so that all may call what is theirs "main".
func (f *Frontend) loadPages(parts *template.Template, layout string, pages []Page) error {
	base, err := extended(parts, layout)
	if err != nil {
		return err
	}
	for _, page := range pages {
		if f.templates[page.template()], err = extended(base, pageFolder+"/"+page.template()+".html"); err != nil {
			return err
		}
	}
	return nil
}

// extended returns a clone of base with what a file defines on top.
func extended(base *template.Template, file string) (*template.Template, error) {
	clone, err := base.Clone()
	if err == nil {
		clone, err = clone.ParseFS(templateFiles, file)
	}
	if err != nil {
		return nil, fmt.Errorf("frontend: %w", err)
	}
	return clone, nil
}

// tryTemplates renders the blank page of each type: a slip in a template stops the program's start, not a request.
func (f *Frontend) tryTemplates() error {
	for _, page := range slices.Concat(repPages(), contactPages()) {
		if err := f.Render(io.Discard, page); err != nil {
			return fmt.Errorf("frontend: page %s: %w", page.template(), err)
		}
	}
	return nil
}

// frame is what a layout is executed with.
type frame struct {
	Page
	Company string
	Style   string
	// Contact is the style that stands inside pages for contacts, and C their fixed words.
	Contact template.CSS
	C       *chrome
}

func (f *Frontend) render(buffer *bytes.Buffer, page Page) error {
	switch page := page.(type) {
	case *AnswerPage:
		return f.renderAnswer(buffer, page)
	case *ThanksPage:
		return f.renderThanks(buffer, page)
	}
	in := frame{Page: page, Company: f.config.Company, Style: f.styleURL}
	if contact, ok := page.(contactPage); ok {
		in.Contact, in.C = f.contact.css, f.chromeIn(contact.language())
	}
	found, ok := f.templates[page.template()]
	if !ok {
		return fmt.Errorf("frontend: %T is not in the list of pages", page)
	}
	return found.ExecuteTemplate(buffer, "layout", in)
}
