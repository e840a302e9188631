package survey

func suppressionFields() []ImportField {
	return append([]ImportField{
		{Name: fieldEmail, Required: true, About: "the address that must not be mailed, or @ and a domain for everybody there", headings: []string{
			"email", "emailaddress", "mail", "mailaddress", "address", "subscriber", "recipient", "emailadresse", "mailadresse", "adresse",
			"empfanger", "courriel", "adresseemail", "adressemail", "destinataire", "correo", "correoelectronico", "direcciondecorreo",
		}},
		{Name: fieldReason, About: "unsubscribed, complaint, hard_bounce or by_hand; of an address that may be mailed, subscribed", headings: []string{
			"reason", "suppressionreason", "why", "status", "state", "type", "grund", "abmeldegrund", "raison", "motif", "statut", "motivo", "estado",
		}},
		{Name: fieldDate, About: "since when", headings: []string{
			"date", "since", "suppressedon", "suppressedat", "addedon", "addedat", "createdat", "created", "createdon", "timestamp", "time",
			"lastupdatetime", "lastchanged", "blockedon", "updatedat", "datum", "seit", "gesperrtam", "depuis", "fecha", "desde",
		}},
		{Name: fieldNote, About: "words about it", headings: []string{
			"note", "notes", "comment", "comments", "details", "description", "unsubreason", "unsubreasonother", "unsubcampaigntitle", "campaign",
			"error", "notiz", "bemerkung", "kommentar", "commentaire", "remarque", "nota", "comentario",
		}},
	}, optOutFields()...)
}
