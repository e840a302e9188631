package survey_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"earshot/survey"
	"earshot/survey/store"
)

// northwind is a company with customers, one contact and a rep, at whom files of real life are aimed.
func northwind(t *testing.T) (*survey.Service, store.Store) {
	t.Helper()
	db := newStore(t)
	s := mustService(t, survey.Options{Store: db, Reps: directory{"rep_1": {ID: "rep_1", Name: "Rita Rep", Email: "rita@northwind.example"}}})
	for number, name := range map[string]string{"C0037": "Alder Clinics BV", "C0038": "Birch & Söhne GmbH", "C0039": "Cedar", "C0040": "Cedar"} {
		if _, err := s.CreateCustomer(t.Context(), survey.CustomerFields{ExternalID: &number, Name: &name}); err != nil {
			t.Fatal(err)
		}
	}
	name, email := "Old Hand", "old.hand@birch.example"
	if _, err := s.CreateContact(t.Context(), survey.ContactInput{CustomerExternalID: "C0038", ContactFields: survey.ContactFields{Name: &name, Email: &email}}); err != nil {
		t.Fatal(err)
	}
	return s, db
}

// brought writes what a file brought, a line each: customers, contacts, touchpoints or suppressions that were not there before.
func brought(t *testing.T, s *survey.Service, kind survey.ImportKind) string {
	t.Helper()
	var lines []string
	page, err := s.Customers(t.Context(), survey.CustomerFilter{Limit: survey.MaxPage})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range page.Items {
		number := c.ExternalID
		if kind == survey.ImportCustomers && !strings.HasPrefix(number, "C00") {
			lines = append(lines, strings.Join([]string{number, c.Name, string(c.Status), c.Segment, string(c.RepID), fmt.Sprint(c.ValuePerYear)}, "|"))
		}
		contacts, err := s.Contacts(t.Context(), survey.ContactFilter{CustomerID: survey.CustomerID(c.ID), Limit: survey.MaxPage})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range contacts.Items {
			if kind == survey.ImportContacts && p.Name != "Old Hand" {
				lines = append(lines, strings.Join([]string{number, p.Name, p.Email, string(p.Role), p.Language, p.TimeZone, p.Phone}, "|"))
			}
		}
		if kind == survey.ImportTouchpoints {
			for _, line := range orders(t, s, number) {
				lines = append(lines, number+" "+line)
			}
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// TestCasesOfRealLife takes files in as common tools write them, twice: nothing is doubled.
func TestCasesOfRealLife(t *testing.T) {
	t.Parallel()
	file := func(name string) string {
		content, err := os.ReadFile(filepath.Join("testdata", "imports", name))
		if err != nil {
			t.Fatal(err)
		}
		return string(content)
	}
	const contacts, customers, touchpoints = survey.ImportContacts, survey.ImportCustomers, survey.ImportTouchpoints
	for _, c := range []struct {
		name         string
		kind         survey.ImportKind
		file, want   string
		failed, over int
	}{
		{"K3 HubSpot", contacts, file("hubspot-contacts.csv"), "C0037|Ana Ruiz|ana.ruiz@alder.example|other|||\nC0037|Bo Li|bo.li@alder.example|other|||", 0, 0},
		{"K3 German", contacts, file("german-contacts.csv"),
			"C0037|Jana Weiß|jana.weiss@alder.example|decision_maker|de||+49 30 0000 001\nC0037|Tim Krämer|tim.kraemer@alder.example|decision_maker|en||", 0, 0},
		{"K3 Pipedrive", contacts, "Person - Name,Person - Email - Work,Person - Phone - Work,Organization - Name,Person - Owner\nAna Ruiz,ana@alder.example,123,Alder Clinics BV,Rita\n",
			"C0037|Ana Ruiz|ana@alder.example|other|||123", 0, 0},
		{"K3 Salesforce", contacts, "Contact ID,First Name,Last Name,Title,Account Name,Email,Phone,Email Opt Out\n003x,Ana,Ruiz,Head of Procurement,Alder Clinics BV,ana@alder.example,,FALSE\n",
			"C0037|Ana Ruiz|ana@alder.example|decision_maker|||", 0, 0},
		{"K3 Dynamics in German", contacts, "Vollständiger Name;Firmenname;E-Mail;Telefon (geschäftlich);Position\nRuiz, Ana;Alder Clinics BV;ana@alder.example;030 1;Buchhaltung\n",
			"C0037|Ana Ruiz|ana@alder.example|finance|||030 1", 0, 0},
		{"K3 names with positions", contacts, "Name,Company,Email\n\"Ana Ruiz, Buyer\",Alder Clinics BV,ana@alder.example\n\"Bo Li, Buyer\",Alder Clinics BV,bo@alder.example\n",
			"C0037|Ana Ruiz, Buyer|ana@alder.example|other|||\nC0037|Bo Li, Buyer|bo@alder.example|other|||", 0, 0},
		{"K3 Zoho", contacts, "Record Id,First Name,Last Name,Account Name,Email,Mobile\nzcrm_1,Ana,Ruiz,Alder Clinics BV,ana@alder.example,5\n", "C0037|Ana Ruiz|ana@alder.example|other|||5", 0, 0},
		{"K3 companies with owners", customers, "Record ID,Company name,Company owner,Lifecycle Stage,Industry,Annual Revenue\n77,Oak,Rita Rep (rita@northwind.example),Customer,Retail,\"1,200.50\"\n78,Pine,\"Rep, Rita\",Lead,,\n",
			"77|Oak|active|Retail|rep_rita|1200.5\n78|Pine|prospect||rep_rita|0", 0, 0},
		{"K3 300 columns", customers, file("cols-300.csv"), "W1|Wide Ltd|active|||0", 0, 0},
		{"K4 newsletter", contacts, file("newsletter-optouts.csv"), "C0037|Ira Holt|ira@alder.example|other|||\nC0037|Jo Brandt|jo@alder.example|other|||\n" +
			"C0037|Kim Sato|kim@alder.example|other|||\nC0037|Lee Okoro|lee@alder.example|other|||", 0, 0},
		{"K5 companies by name", contacts, file("contacts-by-company-name.csv"), "C0037|Ana Byname|ana.byname@alder.example|other|||\nC0037|Bo Byname|bo.byname@alder.example|other|||", 0, 0},
		{"K5 two of one name", contacts, "Company,Name,Email\ncedar,Cy,cy@cedar.example\nBIRCH & SOHNE GMBH,Di,di@birch.example\n", "C0038|Di|di@birch.example|other|||", 1, 0},
		{"K5 customers by addresses", touchpoints, "Name,Email,Financial Status,Created at,Total\n#1,OLD.hand@birch.example,paid,2026-01-02 10:00:00 +0100,5\n#2,nobody@x.example,paid,2026-01-02 10:00:00 +0100,5\n",
			"C0038 2026-01-02T09:00 order 5", 1, 0},
		{"K6 Stripe", touchpoints, file("stripe-payments.csv"), "C0037 2026-10-02T15:04 payment 1249 Subscription", 0, 1},
		{"K6 a shop", touchpoints, "Order Number,Customer ID,Order Status,Order Date,Order Total Amount,Order Refund Amount\n1,C0037,completed,2026-01-02,10,0\n2,C0037,cancelled,2026-01-03,10,0\n" +
			"3,C0037,refunded,2026-01-04,10,10\n4,C0037,processing,2026-01-05,10,0\n5,C0037,completed,2026-01-06,10,10\n6,C0037,completed,2026-01-07,10,4\n7,C0037,failed,2026-01-08,10,0\n8,C0037,checkout-draft,2026-01-09,10,0\n9,C0037,completed,2026-01-10,-10,0\n",
			"C0037 2026-01-02T00:00 order 10\nC0037 2026-01-05T00:00 order 10\nC0037 2026-01-07T00:00 order 10", 0, 6},
		{"K6 an account of money", touchpoints, "id,Type,Customer ID,Created (UTC),Net\nt1,charge,C0037,2026-01-02 10:00,10\nt2,payout,,2026-01-03 10:00,-10\nt3,refund,C0037,2026-01-03 10:00,-10\nt4,stripe_fee,,2026-01-03 10:00,-1\n",
			"C0037 2026-01-02T10:00 payment 10", 0, 3},
		{"K6 tickets that wait are signs of life", touchpoints, "Id,Requester email,Subject,Status,Created at,Assignee\n1,old.hand@birch.example,Help,Pending,2026-01-02T10:00:00Z,Rita\n", "C0038 2026-01-02T10:00 ticket 0 Help", 0, 0},
		{"K7 one heading fewer", customers, file("headings-one-short.csv"), "Y1|Alpha|active|a||0\nY2|Beta|active|a||0\nY3|Beta|active|a||0", 0, 0},
		{"K7 titles and a sum", customers, file("preamble.csv"), "V1|Alpha Pre|active|Retail||1234.56\nV2|Beta Pre|active|Retail||2000", 0, 1},
		{"K8 Windows-1250", customers, file("cp1250.csv"), "K1|Żółć Łódź Příbram|active|||0", 0, 0},
		{"K9 Excel's days", touchpoints, file("excel-serial-dates.csv"), "C0037 2026-10-27T00:00 order 100\nC0037 2026-11-02T00:00 order 120\nC0037 2026-11-05T18:00 order 120", 0, 0},
		{"K9 an offset", touchpoints, "customer id,date\nC0037,2026-10-01 09:59:00 +0200\nC0037,\"Oct 2, 2026 3:04 PM\"\nC0037,1793612640\n",
			"C0037 2026-10-01T07:59 order 0\nC0037 2026-10-02T15:04 order 0\nC0037 2026-11-02T09:44 order 0", 0, 0},
		{"K9 a zone in the heading", touchpoints, "customer id,created date (CET)\nC0037,2026-01-02 09:30\n", "C0037 2026-01-02T08:30 order 0", 0, 0},
		{"K10 zones", contacts, file("zones.csv"), "C0037|Zed Eight|z8@alder.example|other|de|Asia/Kolkata|\nC0037|Zed Four|z4@alder.example|other|de-DE|Europe/Berlin|", 0, 0},
		{"a number twice", customers, "id,name\nZ1,First\nZ2,Other\nZ1,Second\nZ1,First\n", "Z1|First|active|||0\nZ2|Other|active|||0", 1, 0},
		{"K6 deals of Salesforce", touchpoints, "Opportunity ID,Account Name,Stage,Amount,Close Date,Created Date\n006A,Alder Clinics BV,Closed Won,1000,10/20/2025,9/1/2025\n006B,Alder Clinics BV,Closed Lost,1000,10/13/2025,9/1/2025\n006C,Alder Clinics BV,Prospecting,1,12/30/2025,9/1/2025\n",
			"C0037 2025-10-20T00:00 order 1000", 0, 2},
		{"K6 deals of Pipedrive", touchpoints, "Deal - ID,Deal - Organization,Deal - Value,Deal - Status,Deal - Won time\n1,Alder Clinics BV,7,Won,2026-01-02 09:59\n2,Alder Clinics BV,7,Open,2026-01-03 09:59\n", "C0037 2026-01-02T09:59 order 7", 0, 1},
		{"lines of a shop's order", touchpoints, "Name,Email,Financial Status,Total,Created at,Lineitem name,Billing Company,Id\n#1,old.hand@birch.example,paid,9,2026-01-02 10:00,pen,Alder Clinics BV,77\n#1,old.hand@birch.example,,,2026-01-02 10:00,ink,,\n",
			"C0037 2026-01-02T10:00 order 9", 0, 1},
		{"one number of two customers without worth", touchpoints, "id,customer id,date,total\n1,C0037,2026-01-02,\n1,C0038,2026-01-02,\n", "C0037 2026-01-02T00:00 order 0\nC0038 2026-01-02T00:00 order 0", 0, 0},
		{"K7 rows of all lengths", customers, "id;name;segment\nL1;A\nL2;B;x;extra\nL3;C;y\nL4;D;y;;\n", "L3|C|active|y||0\nL4|D|active|y||0", 2, 0},
		{"K7 two marks of byte order", customers, "\ufeff\ufeffid;name\nB1;Twice\n", "B1|Twice|active|||0", 0, 0},
		{"K7 a name of two lines", customers, "id;name\nQ1;\"A\nB\"\n", "Q1|A B|active|||0", 0, 0},
		{"K7 a sum with a count", customers, "Customer No,Name,Revenue\nT1,A,100\nGrand Total (1 record),,100\n", "T1|A|active|||100", 0, 1},
		{"lines of one order", touchpoints, "id,customer id,date,total,item\no1,C0037,2026-01-02,9,pen\no1,C0037,,,ink\n", "C0037 2026-01-02T00:00 order 9", 0, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s, _ := northwind(t)
			p, err := s.PreviewImport(t.Context(), survey.ImportRequest{Kind: c.kind, Reader: strings.NewReader(c.file)})
			if err != nil || p.Failed != c.failed || p.PassedOver != c.over {
				t.Errorf("preview: got %d failed %v, %d passed over %v, %v; want %d and %d", p.Failed, p.Errors, p.PassedOver, p.Passed, err, c.failed, c.over)
			}
			for range 2 {
				done := take(t, s, c.kind, c.file)
				if got := brought(t, s, c.kind); got != c.want || done.Failed != c.failed || done.PassedOver != c.over {
					t.Errorf("got\n%s\nwant\n%s\n%d failed, %d passed over, want %d, %d: %+v %v by %v", got, c.want, done.Failed, done.PassedOver, c.failed, c.over, done.Errors, done.Passed, done.Options.Mapping)
				}
			}
		})
	}
}

// TestPermissionComesAlong with contacts: who may not be mailed is on the list with the reason and the date.
func TestPermissionComesAlong(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, file, want string }{
		{"opt-outs in columns", "Email,Name,Company no,Unsubscribed on,Bounced on,Complained\nira@x.example,I,C0,,,\njo@x.example,J,C0,2024-02-02,,\nkim@x.example,K,C0,,2025-03-09,\nlee@x.example,L,C0,,,yes\n",
			"jo@x.example unsubscribed 2024-02-02\nkim@x.example hard_bounce 2025-03-09\nlee@x.example complaint 2026-03-02"},
		{"HubSpot", "First Name,Last Name,Email,Company ID,Unsubscribed from all email,Email hard bounce reason\nA,B,a@x.example,C0,true,\nC,D,c@x.example,C0,,Unknown user\nE,F,e@x.example,C0,false,\n",
			"a@x.example unsubscribed 2026-03-02\nc@x.example hard_bounce 2026-03-02"},
		{"Mailchimp", "Email Address,First Name,Last Name,Company,UNSUB_TIME\na@x.example,A,B,C0,2024-05-06 07:08:09\nb@x.example,B,C,C0,\n", "a@x.example unsubscribed 2024-05-06"},
		{"a status", "email,name,company,status\na@x.example,A,C0,blocklisted\nb@x.example,B,C0,enabled\nc@x.example,C,C0,Cleaned\n", "a@x.example by_hand 2026-03-02\nc@x.example hard_bounce 2026-03-02"},
		{"consent", "Email,First Name,Company,Accepts Email Marketing\na@x.example,A,C0,no\nb@x.example,B,C0,yes\n", "a@x.example by_hand 2026-03-02 Accepts Email Marketing: no"},
		{"Dynamics in German", "Vollständiger Name;E-Mail;Firmenname;Keine E-Mails zulassen\nA;a@x.example;C0;Zulassen\nB;b@x.example;C0;Nicht zulassen\n", "b@x.example unsubscribed 2026-03-02"},
		{"Dynamics in English", "Full Name,Email,Company Name,Do not allow Emails\nA,a@x.example,C0,Allow\nB,b@x.example,C0,Do Not Allow\n", "b@x.example unsubscribed 2026-03-02"},
		{"CleverReach", "email;aktiviert;deaktiviert;Nachname;Firma\na@x.example;01.02.2020 10:00;;A;C0\nb@x.example;01.02.2020 10:00;02.02.2026 10:00;B;C0\n", "b@x.example unsubscribed 2026-02-02"},
		{"a word that nobody knows", "Email,Name,Company,opt out\na@x.example,A,C0,vielleicht\nb@x.example,B,C0,-\n", "a@x.example unsubscribed 2026-03-02"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			newCustomer(t, o.Service, "C0")
			done := take(t, o.Service, survey.ImportContacts, c.file)
			if got := unmailed(o); got != c.want || done.Failed > 0 || done.Created == 0 {
				t.Errorf("got\n%s\nwant\n%s\n%d failed %v by %v", got, c.want, done.Failed, done.Errors, done.Options.Mapping)
			}
		})
	}
}

// TestValuesAreMappedByHand and those that are not known are told with how often they stand there.
func TestValuesAreMappedByHand(t *testing.T) {
	t.Parallel()
	s, _ := northwind(t)
	const file = "Kundennr.;Name;Rolle;Sprache\nC0037;A;Chefin;Plattdeutsch\nC0037;B;Chefin;Deutsch\nC0037;C;Hausmeister;\n"
	request := func(o survey.ImportOptions) survey.ImportRequest {
		return survey.ImportRequest{Kind: survey.ImportContacts, Reader: strings.NewReader(file), Options: o}
	}
	p, err := s.PreviewImport(t.Context(), request(survey.ImportOptions{}))
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, v := range p.Values {
		told = append(told, fmt.Sprint(v.Field, " ", v.Value, " ", v.Rows, " ", v.Meaning, " ", v.Known))
	}
	if got, want := strings.Join(told, "; "), "role Chefin 2  false; role Hausmeister 1  false; language Plattdeutsch 1  false; language Deutsch 1 de true"; got != want {
		t.Errorf("values: got %q, want %q", got, want)
	}
	values := survey.ValueMeanings{"role": {"chefin": "decision_maker", "Hausmeister": "other"}, "language": {"plattdeutsch": "nds"}}
	done, err := s.RunImport(t.Context(), request(survey.ImportOptions{Values: values}), nil)
	if err != nil || done.Created != 3 || done.Warned != 0 {
		t.Fatalf("got %+v, %v", done, err)
	}
	if got, want := brought(t, s, survey.ImportContacts), "C0037|A||decision_maker|nds||\nC0037|B||decision_maker|de||\nC0037|C||other|||"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	for field, wrong := range map[string]survey.ValueMeanings{"values.role": {"role": {"x": "boss"}}, "values.name": {"name": {"x": "y"}}, "values.language": {"language": {"x": "??"}}} {
		if _, err := s.PreviewImport(t.Context(), request(survey.ImportOptions{Values: wrong})); survey.KindOf(err) != survey.Invalid || !strings.Contains(fmt.Sprint(survey.AsError(err).Fields), field) {
			t.Errorf("%v: got %v, want one about %s", wrong, err, field)
		}
	}
}

// TestRefusedRowsComeBackAsAFile that is mended and sent again.
func TestRefusedRowsComeBackAsAFile(t *testing.T) {
	t.Parallel()
	s, _ := northwind(t)
	done := take(t, s, survey.ImportContacts, "Kundennr.;Name;E-Mail;Telefon\nC0037;A;a@x.example;+49 1\nC9;B;b@x.example;=1+1\n;C;c@x.example;\nC0037;\"D;d@x.example;\n")
	var b bytes.Buffer
	if err := s.WriteRefused(t.Context(), done.ID, &b); err != nil || done.Refused != 3 || done.Failed != 3 {
		t.Fatalf("got %d of %d kept, %v", done.Refused, done.Failed, err)
	}
	text := strings.TrimPrefix(b.String(), "\ufeff")
	if want := survey.ProblemHeading + ";Kundennr.;Name;E-Mail;Telefon\n"; !strings.HasPrefix(text, want) || !strings.Contains(text, "'=1+1") || strings.Count(text, "\n") != 4 {
		t.Errorf("got\n%s\nwant it to begin with %q, with four lines", text, want)
	}
	mended := strings.NewReplacer("C9", "C0038", "\";;C", "\";C0039;C", "\"\"\"D\"", "D").Replace(text)
	mended = strings.Replace(mended, "required\";;", "required\";C0039;", 1)
	mended = strings.Replace(mended, "is required;;", "is required;C0039;", 1)
	again := take(t, s, survey.ImportContacts, mended)
	if again.Created != 3 || again.Failed != 0 {
		t.Errorf("mended: got %d created, %d failed %v, from\n%s", again.Created, again.Failed, again.Errors, mended)
	}
	if _, err := s.Import(t.Context(), done.ID); err != nil {
		t.Fatal(err)
	}
	if err := s.WriteRefused(t.Context(), again.ID, &b); survey.KindOf(err) != survey.NotFound {
		t.Errorf("none refused: got %v, want not found", err)
	}
	options, _ := json.Marshal(done.Options)
	if !strings.Contains(string(options), "Kundennr.") || len(slices.Collect(maps.Keys(done.Options.Mapping))) != 4 {
		t.Errorf("options: got %s", options)
	}
}
