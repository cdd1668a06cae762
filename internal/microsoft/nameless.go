package microsoft

// Objects of a failure or a finding that have no name of their own. Data has
// them in English; package advice knows the words of the catalogue for each.
const (
	TheAdministrator = "the administrator"
	TheDirectory     = "the directory"
	ThisComputer     = "this computer"
)
