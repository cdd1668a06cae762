package cloud

// Portals are the https origins of a cloud's web pages for administrators.
type Portals struct {
	AzurePortal, EntraPortal, AdminPortal, DefenderPortal string
}
