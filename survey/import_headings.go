package survey

import "slices"

// customerNumbers are the headings of a customer's number, in English, German, French and Spanish, and as CRMs, shops and help desks write
// them.
var customerNumbers = []string{
	"customerexternalid", "customerid", "customernumber", "customerno", "customernr", "customercode", "customerkey",
	"customer", "accountid", "accountnumber", "accountno", "account", "clientid", "clientnumber", "clientno", "client",
	"companyid", "companynumber", "companyno", "companynr", "company", "debtor", "debtorno", "kundennummer", "kundennr", "kundenid", "kundenkey",
	"kdnr", "kundenno", "kunde", "debitor", "debitorennummer", "debitorennr", "firma", "numeroclient", "noclient",
	"codeclient", "idclient", "refclient", "societe", "entreprise", "numerodecliente", "numerocliente", "numcliente",
	"codigocliente", "codigodecliente", "idcliente", "cliente", "empresa",
	"primaryassociatedcompanyid", "associatedcompanyid", "associatedcompanyids", "associatedcompanyidsprimary", "organizationid", "organisationid", "accountnameid",
	"firmenid", "firmennummer", "firmennr", "kundennrextern", "requesterexternalid", "organizationexternalid", "parentaccountid", "billingcustomernumber",
	"unternehmensid", "organisationsid", "primarezugeordneteunternehmensid", "zugeordneteunternehmensid", "numerodesociete", "idempresa",
}

// customerNames are the headings of a customer's name beside its number, lateNames those that mean the number where there is no other.
var customerNames = []string{
	"customername", "companyname", "accountname", "clientname", "organizationname", "organisationname", "organization", "organisation", "associatedcompany",
	"primaryassociatedcompany", "firmenname", "kundenname", "unternehmen", "unternehmensname", "zugeordnetesunternehmen", "nameunternehmen", "primarezugeordnetesunternehmen", "companybilling",
	"billingcompany", "defaultaddresscompany", "companies", "employer", "raisonsociale", "nomdelentreprise", "nomdelasociete", "razonsocial", "nombredelaempresa", "nombreempresa", "arbeitgeber", "betrieb", "institution", "rechnungsfirma",
}

// generalNames are words that are a customer's number in one file and its name in another.
var generalNames = []string{"customer", "client", "company", "account", "kunde", "firma", "societe", "entreprise", "cliente", "empresa"}

// customerRefs are the fields by which a row names its customer.
func customerRefs(required bool, instead ...string) []ImportField {
	return []ImportField{
		{Name: fieldCustomerExternalID, Required: required, About: "the number of the customer, or its name", headings: customerNumbers, instead: append([]string{fieldCustomerName}, instead...)},
		{Name: fieldCustomerName, About: "the name of the customer, for rows whose number is empty or not known here", headings: customerNames, late: generalNames},
	}
}

func customerFields() []ImportField {
	numbers := slices.DeleteFunc(slices.Clone(customerNumbers), func(s string) bool {
		return slices.Contains(generalNames, s)
	})
	return []ImportField{
		{Name: fieldExternalID, About: "the customer's number in your own systems; it makes importing again safe", headings: append([]string{"externalid", "id", "number", "no", "nr", "key", "code", "nummer", "numero", "codigo", "reference", "ref", "recordid", "recordidcompany", "objektid", "datensatzid", "organizationid", "organisationid", "donotmodifyaccount", "unternehmensid", "clientref", "sapnumber", "erpnumber"}, numbers...)},
		{Name: fieldName, Required: true, About: "the company's name", headings: []string{
			"name", "customername", "companyname", "accountname", "clientname", "company", "customer", "client", "account", "organisation",
			"organization", "firmenname", "kundenname", "unternehmen", "firma", "kunde", "name1", "nom", "nomclient", "nomduclient", "raisonsociale",
			"societe", "entreprise", "organizationname", "organisationname", "unternehmensname", "companyname1", "billingcompany", "defaultaddresscompany", "nombre", "nombrecliente", "nombredelcliente", "razonsocial", "empresa", "cliente",
		}},
		{Name: fieldStatus, About: "prospect, active, lost or won_back", headings: []string{
			"status", "state", "customerstatus", "accountstatus", "lifecycle", "kundenstatus", "zustand", "statut", "etat", "estado", "lifecyclestage", "lifecyclephase", "leadstatus", "accounttype", "relationshiptype", "customertype", "kundenart", "beziehungstyp",
		}},
		{Name: fieldSegment, About: "a group for charts, such as retail", headings: []string{
			"segment", "industry", "sector", "group", "category", "tier", "type", "branche", "kundengruppe", "gruppe", "kategorie",
			"industrytype", "marktsegment", "wirtschaftszweig", "customersegment", "accountsegment", "secteur", "categorie", "groupe", "segmento", "grupo", "categoria",
		}},
		{Name: fieldRep, About: "the owner of the relation: a rep's e-mail address or id", headings: []string{
			"rep", "repid", "repemail", "owner", "accountowner", "accountmanager", "salesrep", "salesperson", "manager", "responsible",
			"betreuer", "vertreter", "verantwortlich", "kundenbetreuer", "verkaufer", "vertrieb", "commercial", "responsable", "vendeur",
			"vendedor", "comercial", "ejecutivo", "companyowner", "organizationowner", "organisationowner", "ownername", "owneremail", "accountownername", "accountowneremail", "besitzer", "inhaber", "zustandig", "zustandigermitarbeiter", "unternehmensinhaber", "aussendienst", "innendienst", "keyaccount", "keyaccountmanager", "propietario", "proprietaire",
		}},
		{Name: fieldValuePerYear, About: "what the customer is worth in a year", headings: []string{
			"valueperyear", "value", "annualvalue", "yearlyvalue", "arr", "acv", "revenue", "annualrevenue", "revenueperyear", "turnover",
			"sales", "umsatz", "jahresumsatz", "wert", "jahreswert", "chiffredaffaires", "ca", "caannuel", "valeur", "ingresos",
			"facturacion", "ventas", "valor", "totalspent", "lifetimevalue", "jahresumsatzeur", "umsatzprojahr", "annualrevenuebase", "totalrevenue", "mrr12",
		}},
		{Name: fieldRenewsOn, About: "when their contract ends or renews", headings: []string{
			"renewson", "renewaldate", "renewal", "renewsat", "contractend", "contractenddate", "contractrenewal", "enddate", "expirydate",
			"expireson", "validuntil", "vertragsende", "vertragsverlangerung", "verlangerung", "laufzeitende", "laufzeitbis", "gultigbis",
			"findecontrat", "datedefindecontrat", "renouvellement", "datederenouvellement", "echeance", "findecontrato", "renovacion",
			"fechaderenovacion", "vencimiento",
		}},
		{Name: fieldPausedFrom, About: "the first day of a pause in which they order nothing", headings: []string{
			"pausedfrom", "pausefrom", "pausestart", "pausestartdate", "onholdfrom", "onholdsince", "pausevon", "pauseab", "pausebeginn",
			"ruhtseit", "ruhtab", "enpausedepuis", "pausedu", "debutdepause", "debutpause", "pausadesde", "enpausadesde", "iniciodepausa",
		}},
		{Name: fieldPausedUntil, About: "the day on which the pause is over", headings: []string{
			"pauseduntil", "pauseuntil", "pauseend", "pauseenddate", "onholduntil", "pausebis", "pauseende", "ruhtbis", "enpausejusquau",
			"pauseau", "findepause", "finpause", "pausahasta", "enpausahasta", "findepausa",
		}},
		{Name: fieldPausedBy, About: "who said that they pause", headings: []string{
			"pausedby", "pausesaidby", "pausegemeldetvon", "pauselautvon", "pauseannonceepar", "pausadichapor",
		}},
	}
}
