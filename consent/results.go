package consent

// SignUpResult answers a sign-up and a campaign entry (SignUpForMarketingResult).
type SignUpResult string

// The answers to a sign-up.
const (
	SignUpOK                   SignUpResult = "OK"
	SignUpDuplicate            SignUpResult = "DUPLICATE"
	SignUpRequiresVerification SignUpResult = "REQUIRES_VERIFICATION"
	SignUpNotFound             SignUpResult = "NOT_FOUND"
	SignUpUnknownError         SignUpResult = "UNKNOWN_ERROR"
)

// ConfirmResult answers a confirmation (ConfirmMarketingResult).
type ConfirmResult string

// The answers to a confirmation.
const (
	ConfirmOK           ConfirmResult = "OK"
	ConfirmNotFound     ConfirmResult = "NOT_FOUND"
	ConfirmExpired      ConfirmResult = "EXPIRED"
	ConfirmUnknownError ConfirmResult = "UNKNOWN_ERROR"
)

// RejectResult answers "that wasn't me".
type RejectResult string

// The answers to "that wasn't me".
const (
	RejectOK       RejectResult = "OK"
	RejectNotFound RejectResult = "NOT_FOUND"
)

// UnsubscribeResult answers an unsubscribe link (UnsubscribeMarketingResult).
type UnsubscribeResult string

// The answers to an unsubscribe link.
const (
	UnsubscribeOK           UnsubscribeResult = "OK"
	UnsubscribeNotFound     UnsubscribeResult = "NOT_FOUND"
	UnsubscribeUnknownError UnsubscribeResult = "UNKNOWN_ERROR"
)

// UpdateError says why a customer's choice was not taken
// (UpdateMarketingPreferencesError). Empty means it was.
type UpdateError string

// The refusals of an update.
const (
	UpdateDone             UpdateError = ""
	UpdateInsufficientData UpdateError = "INSUFFICIENT_DATA"
	UpdateNotAvailable     UpdateError = "NOT_AVAILABLE"
	UpdateUnknownError     UpdateError = "UNKNOWN_ERROR"
)

// Membership answers whether an e-mail address is known at a site
// (AccountCreationMarketingPreferences).
type Membership string

// The memberships.
const (
	CustomerAlreadyExists Membership = "CUSTOMER_ALREADY_EXISTS"
	ReceivesMarketing     Membership = "RECEIVES_MARKETING_MATERIAL"
	DoesNotReceive        Membership = "DOES_NOT_RECEIVE_MARKETING_MATERIAL"
)
