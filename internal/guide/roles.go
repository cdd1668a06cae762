package guide

// roleNames are the directory roles that an administrator who signs in may
// have, by template id, the mightiest first.
// https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference
var roleNames = []struct{ template, name string }{
	{globalAdministrator, "Global Administrator"},
	{"e8611ab8-c189-46e8-94e1-60213ab1f814", "Privileged Role Administrator"},
	{cloudApplicationAdministrator, "Cloud Application Administrator"},
	{applicationAdministrator, "Application Administrator"},
	{applicationDeveloper, "Application Developer"},
	{exchangeAdministrator, "Exchange Administrator"},
	{"194ae4cb-b126-40b2-bd5b-6091b380977d", "Security Administrator"},
	{"fe930be7-5e62-47db-91af-98c3a49a38b1", "User Administrator"},
	{"f2ef992c-3afb-46b9-b7cf-a126ee74c451", "Global Reader"},
}

// RoleNames are the names of directory roles, given their template ids as a
// token has them. Roles that do not matter here are left out.
func RoleNames(templates []string) (names []string) {
	for _, role := range roleNames {
		if containsFold(templates, role.template) {
			names = append(names, role.name)
		}
	}
	return names
}
