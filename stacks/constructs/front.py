"""What people use: the API, sign-in and the console, each of which names the others."""

from aws_cdk import RemovalPolicy, Stack

from stacks.constructs.api import STAGE, Api
from stacks.constructs.api_function import ApiFunction
from stacks.constructs.batches import Batches
from stacks.constructs.console import Console
from stacks.constructs.finish_deletions import FinishDeletions
from stacks.constructs.function import PythonFunction
from stacks.constructs.layers import Layers
from stacks.constructs.queue import WorkQueue
from stacks.constructs.records import Records
from stacks.constructs.storage import Storage
from stacks.constructs.topics import Topics
from stacks.constructs.users import Users
from stacks.settings import Settings


class Front:
    """The constructs that people meet, in the order in which they can name each other.

    The API's address, then the console, which may talk to it only; then users, whom an invitation
    sends to the console; then the function and the routes, which only its pages may call.
    """

    def __init__(
        self,
        stack: Stack,
        *,
        settings: Settings,
        storage: Storage,
        records: Records,
        topics: Topics,
        batches: Batches,
        queues: dict[str, WorkQueue],
        layers: Layers,
        removal_policy: RemovalPolicy,
    ) -> None:
        self.api = Api(stack, "Api", settings=settings, removal_policy=removal_policy)
        self.console = (
            Console(
                stack,
                "Console",
                settings=settings,
                storage=storage,
                api=self.api.origin,
                removal_policy=removal_policy,
            )
            if settings.console
            else None
        )
        origin = self.console.origin if self.console else None
        self.users = Users(
            stack, "Users", settings=settings, console=origin, removal_policy=removal_policy
        )
        self.function: PythonFunction = ApiFunction(
            self.api,
            "Function",
            settings=settings,
            storage=storage,
            records=records,
            topics=topics,
            batches=batches,
            queues=queues,
            layers=layers,
            console=origin,
            removal_policy=removal_policy,
        ).worker
        FinishDeletions(self.api, "FinishDeletions", worker=self.function)
        self.api.serve(self.function.function, users=self.users.pool, console=origin)

    def outputs(self) -> dict[str, str]:
        """What the command line and the console's configuration need to know."""
        outputs = {
            "ApiUrl": self.api.url,
            "ApiId": self.api.rest.rest_api_id,
            "ApiStage": STAGE,
            "ApiAccessLogGroup": self.api.access_log.log_group_name,
            "ApiFunctionName": self.function.function.function_name,
            "UserPoolId": self.users.pool.user_pool_id,
            "UserPoolClientId": self.users.client.user_pool_client_id,
        }
        if self.console is None:
            return outputs
        return outputs | {
            "ConsoleUrl": self.console.origin,
            "ConsoleBucketName": self.console.bucket.bucket_name,
        }
