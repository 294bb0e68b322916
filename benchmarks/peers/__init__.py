"""Other forecasting libraries on our tests, in an environment of their own: see requirements.txt."""
