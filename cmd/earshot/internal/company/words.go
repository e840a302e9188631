package company

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

var reps = []Rep{
	{"Maren Vogt", "maren.vogt@northwind.example"},
	{"Tom Okafor", "tom.okafor@northwind.example"},
	{"Lucía Prado", "lucia.prado@northwind.example"},
	{"Jean-Luc Morel", "jeanluc.morel@northwind.example"},
	{"Ingrid Dahl", "ingrid.dahl@northwind.example"},
}

var (
	firstWords = []string{"Alder", "Baltic", "Birch", "Blue Heron", "Brightwater", "Castle", "Cedar", "Clearfield", "Copper", "Delta",
		"Eastgate", "Elbe", "Ferry", "Finch", "Foxglove", "Granite", "Greenwich", "Harbour", "Hazel", "Highland", "Ironbridge", "Juniper",
		"Kestrel", "Lakeside", "Lindqvist", "Maple", "Meridian", "Midland", "Moorland", "Northgate", "Oakridge", "Old Mill", "Orchard",
		"Pennine", "Pioneer", "Quarry", "Redwood", "Riverside", "Rowan", "Saffron", "Silverlake", "Southport", "Stonebridge", "Summit",
		"Tamarisk", "Thistle", "Union", "Vale", "Westbrook", "Willow", "Yarrow", "Müller", "Château", "Peña", "Şahin"}
	secondWords = []string{"& Sons", "Bakeries", "Brothers", "Clinics", "Components", "Cooperative", "Dental", "Engineering", "Foods",
		"Freight", "Furniture", "Glass", "Group", "Hospitals", "Kitchens", "Logistics", "Machines", "Markets", "Metals", "Optics",
		"Packaging", "Pharma", "Print", "Schools", "Shipping", "Stores", "Textiles", "Tools", "Transport", "Works"}
	tails = []string{"", "", "", " Ltd", " GmbH", " S.A.", " AG", " Inc.", " BV"}
)

// people are first and last names, time zones and the language that goes with them.
var people = []struct {
	language    string
	zones       []string
	first, last []string
}{
	{"en", []string{"Europe/London", "America/New_York", "America/Chicago"},
		[]string{"Amelia", "Daniel", "Grace", "Hannah", "Isaac", "Joanna", "Marcus", "Nadia", "Oliver", "Priya", "Samuel", "Zoe"},
		[]string{"Adeyemi", "Barker", "Carter", "Doyle", "Ellis", "Fraser", "Hughes", "Kapoor", "Lawson", "Murphy", "Shaw", "Wright"}},
	{"de", []string{"Europe/Berlin", "Europe/Vienna", "Europe/Zurich"},
		[]string{"Anke", "Bernd", "Claudia", "Dirk", "Greta", "Holger", "Jürgen", "Katrin", "Lena", "Stefan", "Uwe", "Yvonne"},
		[]string{"Bäumer", "Fischer", "Groß", "Hoffmann", "Krämer", "Lehmann", "Neumann", "Richter", "Schäfer", "Vogel", "Weiß", "Zimmer"}},
	{"fr", []string{"Europe/Paris", "Europe/Brussels"},
		[]string{"Aurélie", "Benoît", "Camille", "Élodie", "François", "Hélène", "Julien", "Mathilde", "Noé", "Sylvie"},
		[]string{"Bernard", "Chevalier", "Dubois", "Fontaine", "Girard", "Lefèvre", "Moreau", "Perrin", "Rousseau", "Vidal"}},
	{"es", []string{"Europe/Madrid", "America/Mexico_City"},
		[]string{"Alejandra", "Beatriz", "Carlos", "Elena", "Íñigo", "Javier", "Lola", "Miguel", "Nuria", "Óscar"},
		[]string{"Álvarez", "Castro", "Domínguez", "Fuentes", "Iglesias", "Molina", "Núñez", "Ortega", "Ruiz", "Vega"}},
}

// remarks are notes that reps and systems leave on events.
var remarks = map[string][]string{
	"order":    {"", "", "", "Standing order", "Rush order", "First order of the new range"},
	"ticket":   {"Late delivery", "Wrong quantity", "Question about an invoice", "Damaged parcel", "Access to the portal"},
	"call":     {"Asked about lead times", "Wants new price list", "Short chat, all fine", "Planning the next quarter"},
	"meeting":  {"Quarterly review", "Site visit", "Presented the new catalogue"},
	"email_in": {"Asks for an offer", "Change of delivery address", "Feedback on samples"},
}

// companyNames returns n different names.
func companyNames(r *rand.Rand, n int) []string {
	names := make([]string, 0, n)
	seen := make(map[string]bool, n)
	for len(names) < n {
		name := one(r, firstWords) + " " + one(r, secondWords)
		if seen[name] {
			name = one(r, firstWords) + " " + name
		}
		if seen[name] {
			continue
		}
		seen[name] = true
		names = append(names, name+one(r, tails))
	}
	return names
}

// roles are the roles of a customer's first, second and third contact.
var roles = [][]string{{"decision_maker", "decision_maker", "sponsor"}, {"user", "sponsor", "finance"}, {"finance", "user", "other"}}

// makeContact makes up the j-th contact of the i-th customer.
func makeContact(r *rand.Rand, c Customer, i, j int) Contact {
	p := people[r.IntN(len(people))]
	first, last := one(r, p.first), one(r, p.last)
	return Contact{
		ExternalID: fmt.Sprintf("%s-%d", number("P", i+1), j+1), Name: first + " " + last,
		Email: fmt.Sprintf("%s.%s@%s.example", plain(first), plain(last), plain(strings.Fields(c.Name)[0])+strings.ToLower(c.ExternalID)),
		Role:  one(r, roles[j]), Language: p.language, TimeZone: one(r, p.zones),
	}
}

// ascii replaces the letters that a simple mail address does not have.
var ascii = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss", "é", "e", "è", "e", "ê", "e", "ë", "e", "â", "a", "á", "a",
	"ç", "c", "î", "i", "í", "i", "ñ", "n", "ó", "o", "ô", "o", "ú", "u", "ş", "s", "'", "")

// plain returns a name as it stands in a mail address.
func plain(name string) string { return ascii.Replace(strings.ToLower(name)) }

// remark returns a note for an event of that kind, often none.
func remark(r *rand.Rand, kind string) string {
	if len(remarks[kind]) == 0 {
		return ""
	}
	return one(r, remarks[kind])
}

// number returns a code such as C0042.
func number(prefix string, n int) string { return fmt.Sprintf("%s%04d", prefix, n) }

// one draws one of the words.
func one(r *rand.Rand, words []string) string { return words[r.IntN(len(words))] }
