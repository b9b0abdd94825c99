from pyg_batchsampler.training import TrainingConfig
from tests.helpers import raises


def test_what_is_not_given_follows_the_model() -> None:
    config = TrainingConfig()
    assert (config.loss, config.hidden_channels, config.features) == (
        'nt_xent', 32, 'label')
    config = TrainingConfig(model='mvgrl', num_layers=4)
    assert (config.loss, config.hidden_channels, config.num_layers) == (
        'jsd', 512, 4)
    config = TrainingConfig(model='dual_encoder')
    assert (config.loss, config.hidden_channels, config.features) == (
        'info_nce', 64, 'label')
    with raises(ValueError, "'model' must be one of 'dual_encoder', "
                "'graph_cl', 'mvgrl' (got 'simclr')"):
        TrainingConfig(model='simclr')


def test_changes_are_those_from_the_defaults_of_the_model() -> None:
    assert TrainingConfig(model='mvgrl', num_layers=2).changes() == {}
    assert TrainingConfig(lr=0.1, device='meta').changes() == {'lr': 0.1}


def test_settings_that_were_saved_when_center_could_be_left_open() -> None:
    saved = dict(TrainingConfig().settings(), center=None)
    config = TrainingConfig(**saved)
    assert config == TrainingConfig() and config.center is False


def test_mini_batches_of_an_epoch() -> None:
    for drop_last, number in [(False, 3), (True, 2)]:
        config = TrainingConfig(batch_size=60, drop_last=drop_last)
        assert config.num_batches(150) == number
